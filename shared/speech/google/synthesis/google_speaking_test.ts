import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { linear16Wav, mulawWav } from "shared/testing/google_emulator/speech_wav.ts";
import { ScriptedSynthesis, spokenBytes } from "shared/testing/scripted_synthesis.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { GoogleSpeaking } from "./google_speaking.ts";
import { toSsml } from "./ssml.ts";

const UNAVAILABLE = { code: 14, details: "away" };
const VOICE = "he-IL-Wavenet-A";
const HEBREW: SynthesisRequest = { text: "שלום.", language: "he-IL", voice: VOICE };
const TEN_MINUTES_MS = 600_000;

let clock: FakeClock;
let api: ScriptedSynthesis;
let warnings: string[];
let google: GoogleSpeaking;

const speak = (request: SynthesisRequest) =>
  Array.fromAsync(google.speak(api, request, new AbortController().signal));
const names = () => api.orders.map(({ voice }) => voice.name);

beforeEach(() => {
  clock = new FakeClock(1_000);
  api = new ScriptedSynthesis(clock);
  warnings = [];
  const onWarning = (message: string) => void warnings.push(message);
  google = new GoogleSpeaking({ clock, timeoutMs: 5_000, streaming: false, onWarning });
});

describe("GoogleSpeaking.speak()", () => {
  it("asks for the business's voice and pace, as SSML, and gives the samples without header", async () => {
    assertEquals(await speak({ ...HEBREW, rate: 1.25 }), [spokenBytes(toSsml("שלום."))]);
    const [order, ...more] = api.orders;
    assertEquals(order?.voice, { language: "he-IL", name: VOICE, rate: 1.25 });
    assertEquals(order?.inputs, [{ ssml: "<speak>שלום.</speak>" }]);
    assertEquals([order?.timeoutMs, more.length], [5_000, 0]);
  });

  it("sends what Google can take only, and nothing when there is nothing to say", async () => {
    await speak({ ...HEBREW, text: "a\u0000\ud83d b", voice: "kal" });
    assertEquals(api.texts, ["a b"]);
    assertEquals(await speak({ ...HEBREW, text: " ... — ?!\n" }), []);
    assertEquals(api.orders.length, 1);
  });

  it("asks for the next piece while the consumer takes one, and not further", async () => {
    const text = Array.from({ length: 400 }, (_, n) => `משפט מספר ${n} של הטקסט.`).join(" ");
    const pieces = google.speak(api, { ...HEBREW, text }, new AbortController().signal);
    const states = () => api.orders.map(({ state }) => state);
    api.next({}, { afterMs: 100 });
    await pieces.next();
    assertEquals(states(), ["answered", "asked"]);
    await clock.advance(60_000);
    assertEquals(states(), ["answered", "answered"]);
    await Array.fromAsync(pieces);
    assert(api.orders.length > 2);
    assertEquals(api.texts.map((ssml) => ssml.slice(7, -8)).join(" "), text);
  });

  it("asks once more, at once, when Google is not to be reached, within the same deadline", async () => {
    api.next({ ...UNAVAILABLE, afterMs: 300 });
    const speech = speak(HEBREW);
    await clock.advance(300);
    assertEquals((await speech).length, 1);
    assertEquals(api.orders.map(({ atMs, timeoutMs }) => [atMs, timeoutMs]), [
      [1_000, 5_000],
      [1_300, 4_700],
    ]);
  });

  it("gives up after the second time", async () => {
    api.next(UNAVAILABLE, UNAVAILABLE);
    const failure = await assertRejects(() => speak(HEBREW), EngineFailure, "UNAVAILABLE (14)");
    assertEquals([failure.kind, api.orders.length], ["unreachable", 2]);
  });

  it("asks not again when the deadline has passed with it", async () => {
    api.next({ ...UNAVAILABLE, afterMs: 5_000 });
    const speech = assertRejects(() => speak(HEBREW), EngineFailure, "UNAVAILABLE (14)");
    await clock.advance(5_000);
    await speech;
    assertEquals(api.orders.length, 1);
  });

  for (const [code, kind] of [[4, "timeout"], [8, "quota"], [16, "credentials"], [13, "broken"]]) {
    it(`asks not again after a failure that no retry mends: ${kind}`, async () => {
      api.next({ code: Number(code), details: "no" });
      const failure = await assertRejects(() => speak(HEBREW), EngineFailure, "google-tts: ");
      assertEquals([failure.kind, api.orders.length], [kind, 1]);
    });
  }

  it("speaks by the language's own voice when Google refuses the voice, and tells it once", async () => {
    api.unknownVoices.add(VOICE);
    assertEquals(await speak({ ...HEBREW, rate: 0.8 }), [spokenBytes("שלום.")]);
    assertEquals(api.orders.map(({ voice }) => voice), [
      { language: "he-IL", name: VOICE, rate: 0.8 },
      { language: "he-IL", rate: 0.8 },
    ]);
    const [warning, ...more] = warnings;
    assertStringIncludes(warning!, `Cannot speak he-IL by the voice ${VOICE}`);
    assertStringIncludes(warning!, "does not exist. Is it misspelled?");
    assertEquals(more, []);
  });

  it("leaves a refused voice out for 10 minutes, then tries it again", async () => {
    api.unknownVoices.add(VOICE);
    await speak(HEBREW);
    await speak(HEBREW);
    await clock.advance(TEN_MINUTES_MS - 1);
    await speak(HEBREW);
    assertEquals(names(), [VOICE, undefined, undefined, undefined]);
    await clock.advance(1);
    await speak(HEBREW);
    assertEquals(names().slice(4), [VOICE, undefined]);
    assertEquals(warnings.length, 1);
    api.unknownVoices.clear();
    await clock.advance(TEN_MINUTES_MS);
    assertEquals(await speak(HEBREW), [spokenBytes(toSsml("שלום."))]);
  });

  it("fails when something else is refused than the voice", async () => {
    api.next({ code: 3, details: "Invalid SSML" });
    await assertRejects(() => speak(HEBREW), EngineFailure, "INVALID_ARGUMENT (3): Invalid SSML");
    api.next({ code: 3, details: "Voice '' does not exist. Is it misspelled?" });
    await assertRejects(() => speak({ text: "a", language: "xx-XX" }), EngineFailure, "(3)");
    assertEquals([api.orders.length, warnings], [2, []]);
  });

  it("fails when the answer is of another format or rate, cut short, or empty", async () => {
    const right = mulawWav(spokenBytes("speech"));
    const at24kHz = right.slice();
    new DataView(at24kHz.buffer).setUint32(24, 24_000, true);
    const wrong: [Uint8Array, string][] = [
      [at24kHz, "received format 7, 1 channels, 24000 Hz"],
      [linear16Wav(spokenBytes("speech")), "received format 1"],
      [right.slice(0, -1), "received 5"],
      [mulawWav(new Uint8Array()), "the answer has no audio"],
      [new Uint8Array(), "Cannot read WAV"],
    ];
    for (const [wav, problem] of wrong) {
      api.next({ wav });
      const failure = await assertRejects(() => speak(HEBREW), EngineFailure, problem);
      assertEquals(failure.kind, "broken");
    }
    assertEquals(api.orders.length, wrong.length);
  });
});
