/** What people are told of a Google that will not serve them, and how calls go on: with the real client. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { createServiceAccount } from "shared/testing/google_emulator/emulator_identity.ts";
import { HearingKit, HELLO } from "./hearing_kit.ts";
import { accessTo } from "./product_parts.ts";
import { SpeakingKit } from "./speaking_kit.ts";
import type { GoogleAccess } from "shared/runtime/engines/google_credentials_file.ts";
import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { attemptsRunOut } from "./speech_client.ts";

const ENGLISH = "en-US";
const QUOTA = { code: 8, message: "Quota exceeded for quota metric 'Requests'" };

async function strangersAccess(emulator: GoogleEmulator): Promise<GoogleAccess> {
  return { ...accessTo(emulator), credentials: await createServiceAccount() };
}

describe("Google's recognition, when it will not serve", () => {
  afterAll(attemptsRunOut);

  let hearing: HearingKit;
  beforeEach(async () => {
    hearing = await HearingKit.start({ languages: [ENGLISH] });
  });
  afterEach(() => hearing.close());

  /** Two calls, the second after the first: what is heard of them is the next engine's. */
  async function twoCalls(language: string): Promise<void> {
    for (let n = 0; n < 2; n++) {
      const caller = hearing.call(language);
      caller.say(HELLO);
      await caller.untilFinal(HELLO);
      caller.hangUp();
      assert(hearing.isLocal(caller));
    }
  }

  it("another key: one line at the start that tells to make a new one, and no call asks again", async () => {
    hearing.chain = hearing.makeChain(await strangersAccess(hearing.emulator));
    await hearing.chain.open();
    await twoCalls(ENGLISH);
    hearing.assertToldOnce(
      /reason="google-stt: UNAUTHENTICATED \(16\): .*\. Make a new key of the service account at https:\S+, and name its file in GOOGLE_APPLICATION_CREDENTIALS/,
    );
    assertEquals([hearing.emulator.streams.length, hearing.parts.told("warn")], [0, []]);
  });

  it("a language that it does not serve: one line at the first call, and other languages are its own", async () => {
    hearing.chain = hearing.makeChain(accessTo(hearing.emulator), { ENGINE_RETRY_MS: "10000" });
    await hearing.chain.open();
    await twoCalls("he-IL");
    hearing.assertToldOnce(
      /variant=\S*he-IL\S* reason="google-stt: INVALID_ARGUMENT \(3\): .*language.*\. Check the business's language, GCP_STT_MODEL and GCP_STT_REGION against https:/,
    );
    assertEquals(hearing.emulator.streams.length, 1);
    const english = hearing.call(ENGLISH);
    english.say(HELLO);
    await english.untilFinal(HELLO);
    assertEquals([hearing.isLocal(english), hearing.emulator.streams.length], [false, 2]);
  });

  it("a quota that is used up: one line at the first call that tells where to raise it", async () => {
    await hearing.chain.open();
    hearing.emulator.faults.always = QUOTA;
    await twoCalls(ENGLISH);
    hearing.assertToldOnce(
      /reason="google-stt: RESOURCE_EXHAUSTED \(8\): Quota exceeded.*\. Raise the quota at https:\S+\/speech\.googleapis\.com\/quotas, or take fewer calls/,
    );
  });
});

describe("Google's synthesis, when it will not serve", () => {
  afterAll(attemptsRunOut);

  let speaking: SpeakingKit;
  beforeEach(async () => {
    speaking = await SpeakingKit.start();
  });
  afterEach(() => speaking.close());

  async function assertFliteSpeaks(): Promise<void> {
    for (let n = 0; n < 3; n++) assertEquals((await speaking.sentence()).byGoogle, false);
  }

  it("another key: one line at the start, and no sentence asks again", async () => {
    await speaking.open({ access: await strangersAccess(speaking.emulator) });
    await assertFliteSpeaks();
    speaking.assertToldOnce(
      /reason="google-tts: UNAUTHENTICATED \(16\): .*\. Make a new key of the service account at https:\S+, and name its file in GOOGLE_APPLICATION_CREDENTIALS/,
    );
    assertEquals(speaking.asked, 0);
  });

  it("a quota that is used up: one line at the first sentence", async () => {
    await speaking.open();
    speaking.emulator.faults.always = QUOTA;
    await assertFliteSpeaks();
    speaking.assertToldOnce(
      /reason="google-tts: RESOURCE_EXHAUSTED \(8\): Quota exceeded.*\. Raise the quota at https:\S+\/texttospeech\.googleapis\.com\/quotas, or take fewer calls/,
    );
    assertEquals(speaking.asked, 1);
  });

  it("a voice that does not exist: one line, and the language's own voice from then on", async () => {
    await speaking.open();
    for (let n = 0; n < 2; n++) {
      const text = `שלום ${n}`;
      const request = { text, language: "he-IL", voice: "he-IL-Wavenet-Z" };
      assert((await speaking.speak(request)).byGoogle);
    }
    const [line, ...others] = speaking.parts.told("warn");
    assertMatch(line ?? "none", /google-tts: .*Voice 'he-IL-Wavenet-Z' does not exist/);
    assertEquals([others, speaking.parts.told("error"), speaking.asked], [[], [], 3]);
  });

  it("a language that nobody speaks: one line, and an error per sentence that names every engine", async () => {
    await speaking.open();
    for (let n = 0; n < 2; n++) {
      const failure = await assertRejects(() =>
        speaking.speak({ text: `hallo ${n}`, language: "xx-XX" })
      );
      assertMatch(String(failure), /every engine failed: google .*INVALID_ARGUMENT \(3\)/);
    }
    speaking.assertToldOnce(
      /variant=\S*xx-XX\S* reason="google-tts: INVALID_ARGUMENT \(3\): .*\. Check the business's language and voice against https:/,
    );
    assertEquals(speaking.asked, 1);
  });
});
