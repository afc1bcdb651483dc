/** The emulated Text-to-Speech, asked by Google's own client. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SpeechClient } from "@google-cloud/speech";
import { decodeWav } from "shared/media/wav.ts";
import { channelOptions } from "shared/speech/google/google_channel.ts";
import { linear16Wav, mulawWav, pcm } from "shared/testing/google_emulator/speech_wav.ts";
import { toneVoice } from "shared/testing/google_emulator/tone_voice.ts";
import { CHIRP, failureOf, HEBREW, MULAW, SynthesisKit, WAVENET } from "./synthesis_kit.ts";

describe("GoogleEmulator's synthesizeSpeech", () => {
  let kit: SynthesisKit;
  beforeEach(async () => {
    kit = await SynthesisKit.start();
  });
  afterEach(() => kit.close());

  it("speaks Hebrew in mu-law of 8 kHz, behind a WAV header", async () => {
    assertEquals(await kit.speak({ text: HEBREW }), mulawWav(toneVoice(HEBREW).audio));
  });

  it("speaks in LINEAR16 behind a header, and in PCM without one", async () => {
    const { audio } = toneVoice(HEBREW);
    const linear16 = await kit.speak({ text: HEBREW }, { audio: { audioEncoding: "LINEAR16" } });
    assertEquals(linear16, linear16Wav(audio));
    const bare = await kit.speak({ text: HEBREW }, { audio: { audioEncoding: "PCM" } });
    assertEquals(bare, pcm(audio));
  });

  it("speaks what SSML says", async () => {
    const ssml = '<speak>Fish &amp; chips<break time="200ms"/>ושלום</speak>';
    assertEquals(await kit.speak({ ssml }), mulawWav(toneVoice(" Fish & chips ושלום ").audio));
  });

  it("speaks at the rate asked for", async () => {
    const lengthAt = async (speakingRate: number) =>
      (await kit.speak({ text: HEBREW }, { audio: { speakingRate } })).length - 58;
    const [slow, normal, fast] = [await lengthAt(0.5), await lengthAt(1), await lengthAt(2)];
    assert(slow > normal * 1.7 && normal > fast * 1.7, `${slow}, ${normal}, ${fast} bytes`);
  });

  it("has a WAV file without sound for a text without words", async () => {
    assertEquals(decodeWav(await kit.speak({ text: "..." })).channels[0]!.length, 0);
  });

  it("is understood by the recognizer beside it, at any rate and encoding", async () => {
    const { endpoint, credentials } = kit.emulator;
    const hearing = new SpeechClient({ ...(await channelOptions(endpoint, credentials)) });
    const hear = async (content: Uint8Array) => {
      const config = { encoding: "MULAW", sampleRateHertz: 8_000, languageCode: "he-IL" } as const;
      const [{ results }] = await hearing.recognize({ config, audio: { content } });
      return results?.map((result) => result.alternatives?.[0]?.transcript).join(" ");
    };
    const normal = await kit.speak({ text: HEBREW });
    const fast = await kit.speak({ text: "כן, בבקשה" }, { audio: { speakingRate: 1.6 } });
    assertEquals(await hear(normal.subarray(58)), "שלום הגעתם למספרה של דנה");
    assertEquals(await hear(fast.subarray(58)), "כן בבקשה");
    await hearing.close();
  });

  it("refuses as Google does: unknown voices, too much, malformed SSML", async () => {
    const failure = (...call: Parameters<SynthesisKit["speak"]>) => failureOf(kit.speak(...call));
    const unknown = { languageCode: "he-IL", name: "he-IL-Nobody" };
    assertEquals(
      await failure({ text: HEBREW }, { voice: unknown }),
      "3 Voice 'he-IL-Nobody' does not exist. Is it misspelled?",
    );
    assertStringIncludes(await failure({ text: "ש".repeat(2_501) }), "limit of 5000 bytes");
    assertStringIncludes(await failure({ ssml: "<speak>you & me</speak>" }), "3 Invalid SSML.");
    assertStringIncludes(await failure({ text: "" }), "3 ");
    const mp3 = { audio: { audioEncoding: "MP3" } } as const;
    assertStringIncludes(await failure({ text: HEBREW }, mp3), "3 Unsupported audio encoding: MP3");
  });

  it("fails as its script has it, once for each fault, and not when voices are listed", async () => {
    kit.emulator.faults.nextUnary({ code: 14, message: "gone" }, { code: 13 }, { delayMs: 200 });
    await kit.client.listVoices({});
    assertEquals(await failureOf(kit.speak({ text: HEBREW })), "14 gone");
    assertStringIncludes(await failureOf(kit.speak({ text: HEBREW })), "13 ");
    const slow = kit.speak({ text: HEBREW }, { timeoutMs: 50 });
    assertStringIncludes(await failureOf(slow), "4 ");
    assertEquals((await kit.speak({ text: HEBREW })).length, 58 + toneVoice(HEBREW).audio.length);
  });

  it("fails everything while the quota is used up", async () => {
    kit.emulator.faults.always = { code: 8, message: "Quota exceeded" };
    assertEquals(await failureOf(kit.speak({ text: HEBREW })), "8 Quota exceeded");
    assertEquals(await failureOf(kit.client.listVoices({}, { retry: null })), "8 Quota exceeded");
    kit.emulator.faults.always = undefined;
    assert((await kit.speak({ text: HEBREW })).length > 58);
  });

  it("does not answer while it hangs", async () => {
    kit.emulator.hang();
    assertStringIncludes(await failureOf(kit.speak({ text: HEBREW }, { timeoutMs: 100 })), "4 ");
    const waiting = kit.speak({ text: HEBREW });
    await kit.emulator.comeBack();
    assert((await waiting).length > 58);
  });

  it("keeps the requests as it received them", async () => {
    await kit.speak({ text: HEBREW });
    const [received] = kit.emulator.requests;
    assertEquals(received?.method, "synthesizeSpeech");
    const { input, voice, audioConfig } = received?.request as Record<string, object>;
    assertEquals({ ...input }, { inputSource: "text", text: HEBREW, customPronunciations: null });
    assertEquals((voice as typeof WAVENET).name, WAVENET.name);
    assertEquals((audioConfig as typeof MULAW).audioEncoding, "MULAW");
  });
});

describe("GoogleEmulator's listVoices", () => {
  it("lists the voices of a language, or all", async () => {
    const kit = await SynthesisKit.start();
    const list = async (languageCode?: string) => {
      const [{ voices }] = await kit.client.listVoices(languageCode ? { languageCode } : {});
      return voices?.map(({ name }) => name);
    };
    const hebrew = ["he-IL-Wavenet-A", "he-IL-Standard-A"];
    const english = ["en-US-Wavenet-A", CHIRP.name];
    assertEquals(await list(), [...hebrew, ...english]);
    assertEquals(await list("he-IL"), hebrew);
    assertEquals(await list("en"), english);
    assertEquals(await list("e"), []);
    await kit.close();
  });

  it("answers nobody whose key it does not know", async () => {
    const other = await SynthesisKit.start();
    const kit = await SynthesisKit.start({}, other.emulator.credentials);
    assertStringIncludes(await failureOf(kit.client.listVoices({}, { retry: null })), "16 ");
    assertStringIncludes(await failureOf(kit.speak({ text: HEBREW })), "16 ");
    await kit.close();
    await other.close();
  });
});

describe("GoogleEmulator with the voice flite", () => {
  it("speaks English by flite, and other languages by its tone voice", async () => {
    const kit = await SynthesisKit.start({ voice: "flite" });
    const english = { languageCode: "en-US", name: "en-US-Wavenet-A" };
    const flite = decodeWav(await kit.speak({ text: "Good morning." }, { voice: english }));
    const seconds = flite.channels[0]!.length / 8_000;
    assert(seconds > 0.7 && seconds < 1.5, `${seconds} s`);
    assert(Math.max(...flite.channels[0]!) > 5_000, "the tone voice is not as loud");
    assertEquals(await kit.speak({ text: HEBREW }), mulawWav(toneVoice(HEBREW).audio));
    await kit.close();
  });
});
