import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { FRAME_MS } from "shared/media/frame.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
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
  const [{ greeting, not_understood, questions, transfer, goodbye, keypad }] =
    read.configuration.businesses;
  const story = keypad["9"]?.do === "say" ? keypad["9"].text : "";
  const texts = [greeting.text, not_understood, ...questions.map(({ answer }) => answer), story];
  return [...texts, transfer!.text, goodbye.text].flatMap(splitSentences);
}

const SENTENCES = [...demoSentences(), ...NUMBERS];
const timing = new FliteTiming();

/** The words that have ended, for a cut after each frame. */
function wordsBy(endsMs: readonly number[], lengthMs: number): number[] {
  const frames = Math.ceil(lengthMs / FRAME_MS);
  return Array.from(
    { length: frames + 1 },
    (_, heard) => endsMs.filter((endMs) => endMs <= (heard + 0.5) * FRAME_MS).length,
  );
}

describe("wordsHeard()", () => {
  it("finds the words that flite has spoken, wherever it is cut, within two, and nearly always one", () => {
    const errors = SENTENCES.flatMap((text) => {
      const { endsMs, lengthMs } = timing.wordsOf(text);
      const spoken = { text, frames: Math.ceil(lengthMs / FRAME_MS), complete: true };
      return wordsBy(endsMs, lengthMs).map((truth, heard) =>
        Math.abs(wordsHeard(spoken, heard, weighByLetters) - truth)
      );
    });
    const share = (words: number) => errors.filter((error) => error > words).length / errors.length;
    const percent = [0, 1].map((words) =>
      `${(share(words) * 100).toFixed(1)} % by more than ${words}`
    );
    console.log(`${errors.length} cuts in ${SENTENCES.length} sentences: ${percent.join(", ")}`);
    assertEquals(share(MOST_WORDS_OFF), 0);
    assertLess(share(1), MOST_SHARE_BEYOND_ONE);
  });
});

describe("FliteSynthesizer.wordEndsMs()", () => {
  const flite = new FliteSynthesizer();
  beforeAll(() => flite.open());
  afterAll(() => flite.close());

  it("finds exactly the words that flite has spoken, wherever it is cut", async () => {
    assertGreater(SENTENCES.length, 35);
    for (const text of SENTENCES) {
      const { endsMs, lengthMs } = timing.wordsOf(text);
      const told = await flite.wordEndsMs({ text, language: "en-US" });
      assert(told, `told of: ${text}`);
      assertEquals(wordsBy(told, lengthMs), wordsBy(endsMs, lengthMs), text);
    }
  });
});

describe("FliteTiming.wordsOf()", () => {
  it("knows a word's end whatever follows it", () => {
    const { endsMs, lengthMs } = timing.wordsOf("Two hours, one day.");
    assertEquals(endsMs.map(Math.round), [497, 933, 1331, 1782]);
    assertEquals(lengthMs, 1885.25);
  });
});
