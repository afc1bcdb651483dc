/** What callers notice of it when Google's synthesis is slow: with the real client, in real time. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { FIRST_SENTENCE_MS, NEXT_SENTENCE_MS, SpeakingKit } from "./speaking_kit.ts";

const HEBREW = {
  text: "שלום, הגעתם למספרה של דנה.",
  language: "he-IL",
  voice: "he-IL-Wavenet-A",
};
/** As ENGINE_FAILURES is by default. */
const FAILURES = 3;

let kit: SpeakingKit;

beforeEach(async () => {
  kit = await SpeakingKit.start();
});

afterEach(async () => {
  await kit.close();
});

describe("Google's synthesis, slow", () => {
  it("costs so many sentences their patience as may be accidents, then none", async () => {
    await kit.open();
    kit.emulator.faults.nextUnary(...Array.from({ length: FAILURES }, () => ({ delayMs: 10_000 })));
    for (let n = 0; n < FAILURES; n++) await kit.assertFliteWithin(FIRST_SENTENCE_MS);
    await kit.assertFliteWithin(NEXT_SENTENCE_MS);
    assertEquals(kit.asked, FAILURES);
    kit.assertToldOnce(/it said nothing within 800 ms\. Look at its load/);
    await kit.assertGoogleSpeaksAgain();
  });

  it("is waited for in a language that flite does not speak, and is heard", async () => {
    await kit.open();
    kit.emulator.faults.nextUnary({ delayMs: 2_000 });
    const { firstMs, byGoogle } = await kit.speak(HEBREW);
    assert(byGoogle && firstMs > 1_900, `${firstMs}`);
    assertEquals(kit.parts.lines, []);
  });

  it("ends in an error with every engine's reason when nobody else speaks the language", async () => {
    await kit.open({ settings: { GCP_TTS_TIMEOUT_MS: "500" } });
    kit.emulator.faults.nextUnary({ delayMs: 10_000 });
    const failure = await assertRejects(() => kit.speak(HEBREW), SynthesisError);
    assertMatch(
      failure.message,
      /^Cannot speak: every engine failed: google failed: google-tts: DEADLINE_EXCEEDED \(4\): /,
    );
  });
});
