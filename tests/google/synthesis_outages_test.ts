/** What callers notice of it when Google's synthesis goes away: with the real client, in real time. */
import { assert } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { ENGLISH, FIRST_SENTENCE_MS, NEXT_SENTENCE_MS, SpeakingKit } from "./speaking_kit.ts";
import { attemptsRunOut, pause } from "./speech_client.ts";

const PHRASE = { ...ENGLISH, text: "Which service would you like?" };
const UNREACHABLE =
  /google-tts: (UNAVAILABLE \(14\)|DEADLINE_EXCEEDED \(4\)): .*(Check the network: DNS, proxy, and the firewall for|check the way to) texttospeech\.googleapis\.com/;

let kit: SpeakingKit;

beforeEach(async () => {
  kit = await SpeakingKit.start();
});

afterEach(async () => {
  await kit.close();
});

describe("Google's synthesis, down when the process starts", () => {
  afterAll(attemptsRunOut);

  for (
    const [how, goAway] of [
      ["refused", () => kit.emulator.goDown()],
      ["in a black hole", () => kit.emulator.blackHole()],
    ] as const
  ) {
    it(`${how}: every sentence is flite's at once, until Google is back`, async () => {
      await goAway();
      await kit.open();
      for (let n = 0; n < 3; n++) await kit.assertFliteWithin(NEXT_SENTENCE_MS);
      kit.assertToldOnce(UNREACHABLE);
      await kit.assertGoogleSpeaksAgain();
    });
  }
});

describe("Google's synthesis, going away between two sentences", () => {
  afterAll(attemptsRunOut);

  for (
    const [how, goAway] of [
      ["its connection breaks, and its port is closed", () => kit.emulator.goDown()],
      ["its connection breaks, and a black hole opens", () => kit.emulator.blackHole()],
      ["it answers nothing any more", () => Promise.resolve(kit.emulator.hang())],
    ] as const
  ) {
    it(`${how}: flite goes on within 1 s, then at once; Google's phrases stay its own`, async () => {
      await kit.open();
      assert((await kit.speak(PHRASE)).byGoogle);
      await goAway();
      await kit.assertFliteWithin(FIRST_SENTENCE_MS);
      // It is being heard meanwhile.
      await pause(1_000);
      const { asked, emulator: { connections } } = kit;
      for (let n = 0; n < 3; n++) await kit.assertFliteWithin(NEXT_SENTENCE_MS);
      const { firstMs, byGoogle } = await kit.speak(PHRASE);
      assert(byGoogle && firstMs < NEXT_SENTENCE_MS);
      // A check may have been due meanwhile.
      assert(kit.asked === asked && kit.emulator.connections <= connections + 1);
      kit.assertToldOnce(UNREACHABLE);
      await kit.assertGoogleSpeaksAgain();
    });
  }
});
