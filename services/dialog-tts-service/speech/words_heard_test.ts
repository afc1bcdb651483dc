import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { weighByLetters, wordsHeard } from "./words_heard.ts";

const equal = () => 1;
const TEXT = "one two three four five";

describe("wordsHeard()", () => {
  it("is exact where all words last the same", () => {
    const spoken = { text: TEXT, frames: 50, complete: true };
    const heard = [0, 9, 10, 11, 19, 20, 30, 40, 49, 50].map((frames) =>
      wordsHeard(spoken, frames, equal)
    );
    assertEquals(heard, [0, 0, 1, 1, 1, 2, 3, 4, 4, 5]);
  });

  it("has heard no word that was cut, however little was missing of it", () => {
    const spoken = { text: TEXT, frames: 50, complete: true };
    for (const words of [1, 2, 3, 4, 5]) {
      assertEquals(wordsHeard(spoken, words * 10 - 1, equal), words - 1);
    }
  });

  it("takes a word for heard that ends within half a frame", () => {
    const spoken = { text: "one two", frames: 21, complete: true };
    assertEquals([9, 10, 11].map((frames) => wordsHeard(spoken, frames, equal)), [0, 1, 1]);
  });

  it("shares the frames by the weights", () => {
    const weigh = (word: string) => word.length;
    const spoken = { text: "aaaaaa b ccc", frames: 100, complete: true };
    assertEquals([59, 60, 69, 70, 99, 100].map((frames) => wordsHeard(spoken, frames, weigh)), [
      ...[0, 1, 1],
      ...[2, 2, 3],
    ]);
  });

  it("never takes a piece for heard of which frames are missing", () => {
    const spoken = { text: TEXT, frames: 30, complete: false };
    assertEquals(wordsHeard(spoken, 30, equal), 4);
    assertEquals(wordsHeard(spoken, 1_000, equal), 4);
  });

  it("does not stretch the words of a piece over the frames made so far", () => {
    const weigh = () => 5;
    const frames = [5, 10].map((made) =>
      wordsHeard({ text: TEXT, frames: made, complete: false }, made, weigh)
    );
    assertEquals(frames, [0, 0]);
    assertEquals(wordsHeard({ text: TEXT, frames: 13, complete: false }, 13, weigh), 1);
  });

  it("has no words of what has none", () => {
    assertEquals(wordsHeard({ text: " ", frames: 20, complete: true }, 20, equal), 0);
    assertEquals(wordsHeard({ text: "one", frames: 0, complete: false }, 0, equal), 0);
  });

  it("has heard nothing of nothing, and of all frames all words, and never fewer of more", () => {
    const words = fc.array(fc.stringMatching(/^[a-zא-ת]{1,12}[.,]?$/u), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(fc.property(words, fc.integer({ min: 2, max: 500 }), (words, frames) => {
      const spoken = { text: words.join(" "), frames, complete: true };
      const heard = Array.from(
        { length: frames + 1 },
        (_, n) => wordsHeard(spoken, n, weighByLetters),
      );
      assertEquals([heard[0], heard.at(-1)], [0, words.length]);
      assert(heard.every((count, i) => i === 0 || count >= heard[i - 1]!));
    }));
  });
});

describe("weighByLetters()", () => {
  const weigh = (word: string, previous?: string) => weighByLetters(word, previous ?? "is", false);

  it("counts letters of any script, and the word itself; a digit is a word or more", () => {
    assertEquals(["a", "nine", "24", "שלום", "it's"].map((word) => weigh(word)), [2, 5, 16, 5, 4]);
  });

  it("begins with the pause that the word before makes: of a comma, or the longer one of a full stop", () => {
    const previous = ["one", "one,", 'one;"', "one–", "one.", "one?", 'one."'];
    assertEquals(previous.map((word) => weigh("nine", word)), [
      ...[5, 9.75, 9.75, 9.75],
      ...[12.25, 12.25, 12.25],
    ]);
  });

  it("draws out the word before a pause", () => {
    assertEquals(["nine", "nine,", "nine."].map((word) => weigh(word)), [5, 6.5, 6.5]);
  });

  it("begins with silence at the first word, and ends with it behind the last", () => {
    assertEquals(weighByLetters("nine", undefined, false), 9.5);
    assertEquals(weighByLetters("nine", "is", true), 8.75);
  });
});
