/** The synthesizer over Google's own client, against the emulator. */
import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { joinBytes } from "shared/media/join_bytes.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { connectSynthesis } from "shared/speech/google/synthesis/google_synthesis.ts";
import {
  GoogleSynthesizer,
  type GoogleSynthesizerOptions,
} from "shared/speech/google/synthesis/google_synthesizer.ts";
import type { ServiceAccount } from "shared/speech/google/google_options.ts";
import { toSsml } from "shared/speech/google/synthesis/ssml.ts";
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { createIdentity } from "shared/testing/google_emulator/emulator_identity.ts";
import { ssmlText } from "shared/testing/google_emulator/ssml_text.ts";
import { toneVoice } from "shared/testing/google_emulator/tone_voice.ts";
import { HEBREW as TEXT } from "./synthesis_kit.ts";
import { attemptsRunOut } from "./speech_client.ts";

const HEBREW: SynthesisRequest = { text: TEXT, language: "he-IL", voice: "he-IL-Wavenet-A" };
const CHIRP: SynthesisRequest = {
  text: "Hello there. How are you today?",
  language: "en-US",
  voice: "en-US-Chirp3-HD-Kore",
};
/** What `synthesizeSpeech` of the emulator was asked, as far as it matters here. */
interface Asked {
  readonly input: { readonly ssml?: string; readonly text?: string };
  readonly voice: { readonly languageCode: string; readonly name: string };
  readonly audioConfig: Record<string, unknown>;
}

let emulator: GoogleEmulator;
let synthesizer: GoogleSynthesizer;
let warnings: string[];

function synthesizerOf(
  options: Partial<GoogleSynthesizerOptions> = {},
  account: ServiceAccount = emulator.credentials,
): GoogleSynthesizer {
  const connect = () => connectSynthesis(emulator.endpoint, account);
  const onWarning = (message: string) => void warnings.push(message);
  return new GoogleSynthesizer({ connect, language: "he-IL", onWarning, ...options });
}

async function speak(
  request = HEBREW,
  signal = new AbortController().signal,
): Promise<Uint8Array> {
  return joinBytes(await Array.fromAsync(synthesizer.synthesize(request, signal)));
}

/** What the emulator makes of a text that comes as SSML. */
function spoken(text: string, rate?: number): Uint8Array {
  return toneVoice(ssmlText(toSsml(text)), rate).audio;
}

/** The synthesizer of a test other than the usual one. */
async function replace(with_: GoogleSynthesizer): Promise<void> {
  await synthesizer.close();
  synthesizer = with_;
}

const asked = (method = "synthesizeSpeech") =>
  emulator.requests.filter((each) => each.method === method).map(({ request }) => request as Asked);

beforeEach(async () => {
  emulator = await GoogleEmulator.start();
  warnings = [];
  synthesizer = synthesizerOf();
});

afterEach(async () => {
  await synthesizer.close();
  await emulator.close();
});

describe("GoogleSynthesizer at the emulator", () => {
  it("speaks Hebrew byte by byte as it was made, without the header", async () => {
    await synthesizer.open();
    assertEquals(await speak(), spoken(TEXT));
    const [{ input, voice, audioConfig } = {}] = asked();
    assertEquals(input?.ssml, `<speak>${TEXT}</speak>`);
    assertEquals([voice?.languageCode, voice?.name], ["he-IL", "he-IL-Wavenet-A"]);
    assertEquals([audioConfig?.audioEncoding, audioConfig?.sampleRateHertz], ["MULAW", 8_000]);
    assertEquals([audioConfig?.speakingRate, warnings], [0, []]);
  });

  it("sends the pace of the business", async () => {
    assertEquals(await speak({ ...HEBREW, rate: 1.5 }), spoken(TEXT, 1.5));
    assertEquals(asked()[0]?.audioConfig.speakingRate, 1.5);
  });

  it("says what looks like markup as it is written", async () => {
    const text = `a < b & "c" </speak> 'd' > e`;
    assertEquals(await speak({ ...HEBREW, text }), spoken(text));
    assertEquals(ssmlText(asked()[0]?.input.ssml ?? "").trim(), text);
  });

  it("speaks 12,000 bytes of Hebrew in pieces, whole and in order", async () => {
    const text = Array.from({ length: 300 }, (_, n) => `משפט ארוך מספר ${n} בטקסט.`).join(" ");
    assert(new TextEncoder().encode(text).length > 12_000);
    const speech = await speak({ ...HEBREW, text });
    const sent = asked().map(({ input }) => (input.ssml ?? "").slice(7, -8));
    assertEquals([sent.join(" "), sent.length], [text, 3]);
    assertEquals(speech, joinBytes(sent.map((piece) => spoken(piece))));
  });

  it("speaks by the language's own voice when the voice does not exist, and says so once", async () => {
    const request = { ...HEBREW, voice: "he-IL-Wavenet-Z" };
    assertEquals(await speak(request), toneVoice(TEXT).audio);
    assertEquals(await speak(request), toneVoice(TEXT).audio);
    assertEquals(asked().map(({ voice }) => voice.name), ["he-IL-Wavenet-Z", "", ""]);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0]!, "Voice 'he-IL-Wavenet-Z' does not exist");
  });

  it("speaks by the language's own voice when the voice speaks another language", async () => {
    assertEquals(await speak({ ...HEBREW, voice: "en-US-Wavenet-A" }), toneVoice(TEXT).audio);
    assertStringIncludes(warnings[0]!, "doesn't match the voice");
  });

  it("refuses a language that Google does not speak, and tells what to check", async () => {
    const speech = () => speak({ text: "hallo", language: "xx-XX" });
    const failure = await assertRejects(speech, EngineFailure, "google-tts: INVALID_ARGUMENT (3)");
    assertEquals(failure.kind, "refused");
  });
});

describe("GoogleSynthesizer in trouble", () => {
  afterAll(attemptsRunOut);

  it("names a wrong key at once, at the start and at a sentence", async () => {
    const { account } = await createIdentity();
    await replace(synthesizerOf({}, account));
    for (const work of [() => synthesizer.open(), () => speak()]) {
      const failure = await assertRejects(work, EngineFailure, "UNAUTHENTICATED (16)");
      assertEquals(failure.kind, "credentials");
    }
    assertEquals(asked().length, 1);
  });

  it("names an exhausted quota, and does not ask again", async () => {
    emulator.faults.always = { code: 8, message: "Quota exceeded for quota metric" };
    const failure = await assertRejects(() => speak(), EngineFailure, "RESOURCE_EXHAUSTED (8)");
    assertEquals([failure.kind, asked().length], ["quota", 1]);
  });

  it("asks once more when Google is unavailable, and is heard", async () => {
    emulator.faults.nextUnary({ code: 14, message: "try again" });
    assertEquals(await speak(), spoken(TEXT));
    assertEquals(asked().length, 2);
    emulator.faults.nextUnary({ code: 14 }, { code: 14 });
    await assertRejects(() => speak(), EngineFailure, "UNAVAILABLE (14)");
    assertEquals(asked().length, 4);
  });

  it("gives up an answer that is too slow, without asking again", async () => {
    await replace(synthesizerOf({ timeoutMs: 300 }));
    await synthesizer.open();
    emulator.faults.nextUnary({ delayMs: 3_000 });
    const failure = await assertRejects(() => speak(), EngineFailure, "DEADLINE_EXCEEDED (4)");
    assertEquals([failure.kind, asked().length], ["timeout", 1]);
  });

  it("fails at once when the port is closed, and speaks again when Google is back", async () => {
    await synthesizer.open();
    await emulator.goDown();
    const failure = await assertRejects(() => speak(), EngineFailure, "UNAVAILABLE (14)");
    assertEquals(failure.kind, "unreachable");
    await assertRejects(() => synthesizer.check(), EngineFailure);
    await emulator.comeBack();
    await speakAgain();
  });

  it("is checked within 700 ms when the other side takes connections and says nothing", async () => {
    await emulator.blackHole();
    const began = performance.now();
    await assertRejects(() => synthesizer.check(), EngineFailure, "google-tts: ");
    assertLess(performance.now() - began, 2_500);
  });
});

describe("GoogleSynthesizer with streaming", () => {
  beforeEach(() => replace(synthesizerOf({ streaming: true, timeoutMs: 2_000 })));

  it("hears a Chirp3-HD voice in pieces, without header", async () => {
    const { signal } = new AbortController();
    const pieces = await Array.fromAsync(synthesizer.synthesize(CHIRP, signal));
    assert(pieces.length > 1);
    assertEquals(joinBytes(pieces), toneVoice(CHIRP.text).audio);
    assertEquals(asked("streamingSynthesize").length, 2);
    assertEquals([asked().length, warnings], [0, []]);
  });

  it("asks for whole sentences of any other voice", async () => {
    assertEquals(await speak(), spoken(TEXT));
    assertEquals([asked().length, asked("streamingSynthesize").length], [1, 0]);
  });

  it("speaks by the language's own voice when the Chirp3-HD voice does not exist", async () => {
    const speech = await speak({ ...CHIRP, voice: "en-US-Chirp3-HD-Nobody" });
    assertEquals(speech, toneVoice(CHIRP.text).audio);
    assertEquals(asked().map(({ voice }) => voice.name), ["en-US-Chirp3-HD-Nobody", ""]);
  });

  it("names a wrong key, an exhausted quota and silence as it does without", async () => {
    emulator.faults.always = { code: 8 };
    await assertRejects(() => speak(CHIRP), EngineFailure, "RESOURCE_EXHAUSTED (8)");
    emulator.faults.always = undefined;
    await synthesizer.open();
    emulator.hang();
    await assertRejects(() => speak(CHIRP), EngineFailure, "DEADLINE_EXCEEDED (4)");
    await emulator.comeBack();
    const { account } = await createIdentity();
    await replace(synthesizerOf({ streaming: true }, account));
    await assertRejects(() => speak(CHIRP), EngineFailure, "UNAUTHENTICATED (16)");
  });

  it("ends the stream when the consumer has heard enough", async () => {
    const text = Array.from({ length: 200 }, (_, n) => `Sentence number ${n}.`).join(" ");
    const { signal } = new AbortController();
    for await (const _ of synthesizer.synthesize({ ...CHIRP, text }, signal)) break;
    assertEquals(await speak(CHIRP), toneVoice(CHIRP.text).audio);
  });
});

/** A client waits some 100 ms before it connects again. */
async function speakAgain(): Promise<void> {
  for (let attempt = 0;; attempt++) {
    try {
      assertEquals(await speak(), spoken(TEXT));
      return;
    } catch (failure) {
      if (attempt === 20 || !(failure instanceof EngineFailure)) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
