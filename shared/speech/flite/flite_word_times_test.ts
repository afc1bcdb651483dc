import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FliteWordTimes } from "./flite_word_times.ts";

/** Each letter is a sound of 100 ms; as many sounds more as a text has question marks, were it alone. */
class LetterEngine {
  readonly asked: string[] = [];

  soundEndsMs(text: string): number[] {
    this.asked.push(text);
    const extra = text.endsWith("?") ? 1 : 0;
    const sounds = text.replace(/[^a-z]/g, "").length + extra;
    return Array.from({ length: sounds }, (_, i) => (i + 1) * 100);
  }
}

describe("FliteWordTimes.endsMs()", () => {
  let engine: LetterEngine;
  let times: FliteWordTimes;
  beforeEach(() => {
    engine = new LetterEngine();
    times = new FliteWordTimes(engine);
  });

  it("counts through the sounds of the sentence, word by word", () => {
    assertEquals(times.endsMs(["one", "--", "four", "a"], "kal"), [300, 300, 700, 800]);
    assertEquals(engine.asked[0], "one -- four a");
  });

  it("asks for each word once", () => {
    times.endsMs(["a", "b", "a"], "kal");
    times.endsMs(["b", "a"], "kal");
    assertEquals(engine.asked, ["a b a", "a", "b", "b a"]);
  });

  it("tells nothing when the words have other sounds alone", () => {
    assertEquals(times.endsMs(["one?", "four"], "kal"), null);
  });
});
