import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { droppedPhrases, phraseHints } from "./phrase_hints.ts";

describe("phraseHints()", () => {
  it("leaves out what is longer than 100 characters, and tells what", () => {
    const [longest, tooLong] = ["a".repeat(100), "b".repeat(101)];
    assertEquals(phraseHints([longest, tooLong, " c ", "c", " "]), {
      phrases: [longest, "c"],
      dropped: [tooLong],
    });
  });

  it("takes the first 5,000", () => {
    const { phrases, dropped } = phraseHints(Array.from({ length: 5_003 }, (_, i) => `p${i}`));
    assertEquals([phrases.length, phrases.at(-1), dropped], [
      5_000,
      "p4999",
      ["p5000", "p5001", "p5002"],
    ]);
  });

  it("never exceeds what Google takes", () => {
    const phrase = fc.integer({ min: 1, max: 120 }).chain((length) =>
      fc.integer({ min: 0, max: 999 }).map((i) => `${i}`.padEnd(length, "x"))
    );
    fc.assert(
      fc.property(fc.array(phrase, { minLength: 1_100, maxLength: 1_500 }), (phrases) => {
        const hints = phraseHints(phrases);
        const characters = hints.phrases.reduce((sum, { length }) => sum + length, 0);
        const rest = new Set(phrases).size - hints.phrases.length;
        return characters <= 100_000 && hints.dropped.length === rest &&
          hints.phrases.every(({ length }) => length <= 100);
      }),
      { numRuns: 20 },
    );
  });
});

describe("droppedPhrases()", () => {
  it("names the engine, its limits, and the first phrase, not endlessly", () => {
    assertEquals(
      droppedPhrases("google-stt", ["x".repeat(300), "y"]),
      `google-stt: takes 5000 phrases of 100 characters, 100000 in all, as hints; it goes without "${
        "x".repeat(100)
      }" (and 1 more)`,
    );
    assertMatch(droppedPhrases("google-stt", ["a"]), /without "a"$/);
  });
});
