import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { ScriptedSynthesis, spokenBytes } from "shared/testing/scripted_synthesis.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { GoogleSpeaking } from "./google_speaking.ts";
import { toSsml } from "./ssml.ts";

const VOICE = "en-US-Chirp3-HD-Kore";
const ENGLISH: SynthesisRequest = { text: "Hello <you>.", language: "en-US", voice: VOICE };
const REFUSED = { code: 3, details: "not for streaming", pieces: [] };
const TIMEOUT_MS = 5_000;

let clock: FakeClock;
let api: ScriptedSynthesis;
let warnings: string[];
let google: GoogleSpeaking;

const pieces = (request: SynthesisRequest = ENGLISH) =>
  google.speak(api, request, new AbortController().signal);
const speak = (request?: SynthesisRequest) => Array.fromAsync(pieces(request));
const kinds = () => api.orders.map(({ kind }) => kind);

beforeEach(() => {
  clock = new FakeClock();
  api = new ScriptedSynthesis(clock);
  warnings = [];
  const onWarning = (message: string) => void warnings.push(message);
  google = new GoogleSpeaking({ clock, timeoutMs: TIMEOUT_MS, streaming: true, onWarning });
});

describe("GoogleSpeaking.speak() with streaming", () => {
  it("streams plain text by a voice that allows it, and gives pieces as they come", async () => {
    const [one, two] = [spokenBytes("one"), spokenBytes("two")];
    api.next({ pieces: [one, new Uint8Array(), two] });
    assertEquals(await speak({ ...ENGLISH, rate: 1.5 }), [one, two]);
    assertEquals(api.orders.map(({ kind, voice, inputs }) => ({ kind, voice, inputs })), [{
      kind: "stream",
      voice: { language: "en-US", name: VOICE, rate: 1.5 },
      inputs: [{ text: "Hello <you>." }],
    }]);
  });

  it("sends a long text in pieces of one stream", async () => {
    const text = Array.from({ length: 700 }, (_, n) => `Sentence number ${n}.`).join(" ");
    await speak({ ...ENGLISH, text });
    assertEquals([api.orders.length, api.texts.length], [1, 3]);
    assertEquals(api.texts.join(" "), text);
  });

  it("asks for whole texts where the voice does not stream", async () => {
    const voice = "he-IL-Wavenet-A";
    assertEquals(await speak({ text: "שלום", language: "he-IL", voice }), [
      spokenBytes(toSsml("שלום")),
    ]);
    await speak({ text: "Hello", language: "en-US" });
    assertEquals(kinds(), ["synthesize", "synthesize"]);
  });

  it("goes on without streaming when Google refuses it, for 10 minutes, and tells it once", async () => {
    api.next(REFUSED);
    assertEquals(await speak(), [spokenBytes("Hello <you>.")]);
    await speak();
    assertEquals(kinds(), ["stream", "synthesize", "synthesize"]);
    await clock.advance(600_000);
    api.next(REFUSED);
    await speak();
    assertEquals(kinds().slice(3), ["stream", "synthesize"]);
    assertStringIncludes(warnings[0]!, `Cannot stream the voice ${VOICE}`);
    assertEquals(warnings.length, 1);
  });

  it("speaks by the language's own voice when the voice does not exist", async () => {
    api.unknownVoices.add(VOICE);
    assertEquals(await speak(), [spokenBytes("Hello <you>.")]);
    assertEquals(await speak(), [spokenBytes("Hello <you>.")]);
    assertEquals(kinds(), ["stream", "synthesize", "synthesize", "synthesize"]);
    assertEquals(api.orders.at(-1)?.voice, { language: "en-US" });
  });

  it("opens the stream once more when Google was not to be reached, but not behind the first audio", async () => {
    api.next({ code: 14, pieces: [] });
    assertEquals(await speak(), [spokenBytes("Hello <you>.")]);
    assertEquals(kinds(), ["stream", "stream"]);
    api.next({ code: 14, pieces: [] }, { code: 14, pieces: [] });
    await assertRejects(() => speak(), EngineFailure, "UNAVAILABLE (14)");
    api.next({ code: 14, pieces: [spokenBytes("Hel")] });
    await assertRejects(() => speak(), EngineFailure, "UNAVAILABLE (14)");
    assertEquals(kinds().length, 5);
  });

  it("does not begin a sentence anew that was refused behind its first audio", async () => {
    api.next({ ...REFUSED, pieces: [spokenBytes("Hel")] });
    await assertRejects(() => speak(), EngineFailure, "INVALID_ARGUMENT (3)");
    assertEquals(kinds(), ["stream"]);
  });

  it("fails when a stream ends without any audio", async () => {
    api.next({ pieces: [] });
    const failure = await assertRejects(() => speak(), EngineFailure, "the stream had no audio");
    assertEquals(failure.kind, "broken");
  });

  it("fails when a piece does not come in time", async () => {
    api.next({ afterMs: TIMEOUT_MS + 1 });
    const speech = assertRejects(() => speak(), EngineFailure, "no audio within 5000 ms");
    await clock.advance(TIMEOUT_MS);
    assertEquals((await speech).kind, "timeout");
    await clock.advance(1);
  });

  it("gives the consumer all the time in the world", async () => {
    api.next({ pieces: [spokenBytes("one"), spokenBytes("two")] });
    const speech = pieces();
    await speech.next();
    await clock.advance(10 * TIMEOUT_MS);
    assertEquals((await speech.next()).value, spokenBytes("two"));
    assertEquals((await speech.next()).done, true);
    await settle();
    assertEquals([api.orders[0]?.state, clock.sleeping], ["answered", 0]);
  });
});
