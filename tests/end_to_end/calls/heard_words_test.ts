import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_MS } from "shared/media/frame.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import { readConfiguration } from "deploy/configuration.ts";
import { weighByLetters, wordsHeard } from "services/dialog-tts-service/speech/words_heard.ts";
import { FliteTiming } from "../flite_timing.ts";

/** By the letters alone: where words of 60 ms follow each other, that is not enough to tell them apart. */
const MOST_WORDS_OFF = 2;
const MOST_SHARE_BEYOND_ONE = 0.015;
const NUMBERS = ["That makes 25 dollars for 2 hours.", "We have 14 bicycles and 3 cars."];

function demoSentences(): string[] {
  const read = readConfiguration(() => undefined);
  if (!read.ok) throw new TypeError(read.problems.join("; "));
  const [{ greeting, not_understood, questions, transfer, goodbye }] =
    read.configuration.businesses;
  const texts = [greeting.text, not_understood, ...questions.map(({ answer }) => answer)];
  return [...texts, transfer!.text, goodbye.text].flatMap(splitSentences);
}

/** By how many words the estimate is wrong, for a cut after each frame. */
function errorsOf(sentence: string, timing: FliteTiming): number[] {
  const { endsMs, lengthMs } = timing.wordsOf(sentence);
  const frames = Math.ceil(lengthMs / FRAME_MS);
  return Array.from({ length: frames + 1 }, (_, heard) => {
    const spoken = { text: sentence, frames, complete: true };
    const truth = endsMs.filter((endMs) => endMs <= (heard + 0.5) * FRAME_MS).length;
    return wordsHeard(spoken, heard, weighByLetters) - truth;
  });
}

describe("wordsHeard()", () => {
  const timing = new FliteTiming();

  it("finds the words that flite has spoken, wherever it is cut", () => {
    const sentences = [...demoSentences(), ...NUMBERS];
    assertGreater(sentences.length, 20);
    const errors = sentences.flatMap((sentence) => errorsOf(sentence, timing).map(Math.abs));
    const share = (words: number) => errors.filter((error) => error > words).length / errors.length;
    const percent = [0, 1].map((words) =>
      `${(share(words) * 100).toFixed(1)} % by more than ${words}`
    );
    console.log(`${errors.length} cuts in ${sentences.length} sentences: ${percent.join(", ")}`);
    assertEquals(share(MOST_WORDS_OFF), 0);
    assertLess(share(1), MOST_SHARE_BEYOND_ONE);
  });
});

describe("FliteTiming.wordsOf()", () => {
  it("knows a word's end whatever follows it", () => {
    const timing = new FliteTiming();
    const { endsMs, lengthMs } = timing.wordsOf("Two hours, one day.");
    assertEquals(endsMs.map(Math.round), [497, 933, 1331, 1782]);
    assertEquals(lengthMs, 1885.25);
  });
});
