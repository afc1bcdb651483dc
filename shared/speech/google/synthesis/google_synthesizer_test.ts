import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { ScriptedSynthesis } from "shared/testing/scripted_synthesis.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { GoogleSynthesizer } from "./google_synthesizer.ts";

const HEBREW = { text: "שלום.", language: "he-IL", voice: "he-IL-Wavenet-A" };
const LONG = {
  ...HEBREW,
  text: Array.from({ length: 600 }, (_, n) => `משפט מספר ${n}.`).join(" "),
};

let clock: FakeClock;
let api: ScriptedSynthesis;
let connects: number;
let connecting: () => Promise<void>;
let synthesizer: GoogleSynthesizer;
let abort: AbortController;

const states = () => api.orders.map(({ state }) => state);
const speak = (request = HEBREW) => Array.fromAsync(synthesizer.synthesize(request, abort.signal));

beforeEach(() => {
  clock = new FakeClock();
  api = new ScriptedSynthesis(clock);
  connects = 0;
  connecting = () => Promise.resolve();
  abort = new AbortController();
  const connect = async () => {
    connects++;
    await connecting();
    return api;
  };
  synthesizer = new GoogleSynthesizer({ connect, clock, language: "he-IL" });
});

describe("GoogleSynthesizer", () => {
  it("knows the voices of Google's pattern, and leaves languages to Google", () => {
    assertEquals(["he-IL-Wavenet-A", "kal"].map((name) => synthesizer.knowsVoice(name)), [
      true,
      false,
    ]);
    assertEquals(synthesizer.supports("xx-XX"), true);
    assertEquals([synthesizer.name, synthesizer.nameFor()], ["google-tts@v1", "google-tts@v1"]);
  });

  it("speaks with the default timeout of 5 s, by one client for all", async () => {
    await Promise.all([speak(), speak()]);
    assertEquals([connects, api.orders[0]?.timeoutMs], [1, 5_000]);
  });
});

describe("GoogleSynthesizer.open()", () => {
  it("asks for the voices of a language, within 3 s; later checks have 700 ms", async () => {
    await synthesizer.open();
    await synthesizer.check();
    assertEquals(
      api.orders.map(({ kind, voice, timeoutMs }) => [kind, voice.language, timeoutMs]),
      [["listVoices", "he-IL", 3_000], ["listVoices", "he-IL", 700]],
    );
  });

  it("fails when Google does not answer, and can be asked again with the same client", async () => {
    api.next({ afterMs: 4_000 });
    const opening = assertRejects(() => synthesizer.open(), EngineFailure, "google-tts: DEADLINE");
    await clock.advance(3_000);
    await opening;
    await synthesizer.check();
    assertEquals((await speak()).length, 1);
    assertEquals(connects, 1);
  });

  it("fails when no client can be made, and makes one the next time", async () => {
    connecting = () => Promise.reject(new Error("no certificate"));
    const failure = await assertRejects(() => synthesizer.open(), EngineFailure, "no certificate");
    assertEquals(failure.engine, "google-tts");
    await assertRejects(() => speak(), EngineFailure, "no certificate");
    connecting = () => Promise.resolve();
    await synthesizer.check();
    assertEquals(connects, 3);
  });
});

describe("GoogleSynthesizer.synthesize()", () => {
  it("asks for nothing when it was aborted before", async () => {
    abort.abort();
    assertEquals(await speak(), []);
    assertEquals([api.orders.length, connects], [0, 0]);
  });

  it("just ends when aborted while Google works, and cancels the request", async () => {
    api.next({ afterMs: 2_000 });
    const speech = speak();
    await clock.advance(1_000);
    abort.abort();
    assertEquals(await speech, []);
    assertEquals([states(), clock.sleeping], [["cancelled"], 0]);
  });

  it("just ends when aborted between two pieces, and cancels the one ahead", async () => {
    api.next({}, { afterMs: 2_000 });
    const pieces = synthesizer.synthesize(LONG, abort.signal);
    await pieces.next();
    abort.abort();
    assertEquals((await pieces.next()).done, true);
    await settle();
    assertEquals([states(), clock.sleeping], [["answered", "cancelled"], 0]);
  });

  it("cancels the piece ahead when the consumer has heard enough", async () => {
    api.next({}, { afterMs: 2_000 });
    for await (const _ of synthesizer.synthesize(LONG, abort.signal)) break;
    await settle();
    assertEquals([states(), clock.sleeping], [["answered", "cancelled"], 0]);
  });

  it("leaves no listener at a signal that outlives it", async () => {
    let listeners = 0;
    const { addEventListener, removeEventListener } = abort.signal;
    abort.signal.addEventListener = (...args: unknown[]) => {
      listeners++;
      addEventListener.apply(abort.signal, args as Parameters<typeof addEventListener>);
    };
    abort.signal.removeEventListener = (...args: unknown[]) => {
      listeners--;
      removeEventListener.apply(abort.signal, args as Parameters<typeof removeEventListener>);
    };
    await speak(LONG);
    api.next({ code: 8 });
    await assertRejects(() => speak(), EngineFailure);
    assertEquals(listeners, 0);
  });
});

describe("GoogleSynthesizer.close()", () => {
  it("cancels what is being asked for, which ends with an error, and closes the client", async () => {
    api.next({ afterMs: 2_000 });
    const speech = assertRejects(() => speak(), SynthesisError, "received a closed one");
    await settle();
    await synthesizer.close();
    await speech;
    await synthesizer.close();
    assertEquals([states(), api.closed, clock.sleeping], [["cancelled"], 1, 0]);
  });

  it("closes the client that is just being made", async () => {
    const made = Promise.withResolvers<void>();
    connecting = () => made.promise;
    const speech = assertRejects(() => speak(), SynthesisError, "received a closed one");
    await settle();
    const closing = synthesizer.close();
    made.resolve();
    await Promise.all([closing, speech]);
    assertEquals(api.closed, 1);
  });

  it("is for good", async () => {
    await synthesizer.close();
    await assertRejects(() => speak(), SynthesisError, "received a closed one");
    await assertRejects(() => synthesizer.check(), SynthesisError, "received a closed one");
    assertEquals(connects, 0);
  });
});
