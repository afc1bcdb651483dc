import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { type ScriptedSpeech, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { EngineFailure, type FailureKind } from "../engine_failure.ts";
import { SynthesisError, type SynthesisRequest } from "../synthesizer.ts";
import { SynthesizerChain } from "./synthesizer_chain.ts";

const REQUEST: SynthesisRequest = { text: "one two", language: "he-IL" };
const BYTES = 2 * 10 * 160;
const failureOf = (kind: FailureKind) =>
  new EngineFailure({ engine: "a", kind, code: kind, details: "so", advice: "Look" });

let clock: FakeClock;
let a: ScriptedSynthesizer;
let b: ScriptedSynthesizer;
let chain: SynthesizerChain;
let changes: string[];

function make(speechA: ScriptedSpeech = {}, speechB: ScriptedSpeech = {}): void {
  clock = new FakeClock();
  changes = [];
  a = new ScriptedSynthesizer({ name: "engine-a", voices: ["voice-a"], ...speechA });
  b = new ScriptedSynthesizer({ name: "engine-b", voices: ["voice-b"], ...speechB });
  chain = new SynthesizerChain({
    clock,
    engines: [{ key: "a", synthesizer: a }, { key: "b", synthesizer: b }],
    onChange: ({ engine, variant = "-", state }) => changes.push(`${engine} ${variant} ${state}`),
  });
}

const delay = (ms: number) => ({ clock: { now: () => clock.now(), sleepUntil }, ms });
const sleepUntil = (ms: number, signal?: AbortSignal) => clock.sleepUntil(ms, signal);

async function speak(request = REQUEST, signal = new AbortController().signal): Promise<number> {
  let bytes = 0;
  for await (const piece of chain.synthesize(request, signal)) bytes += piece.length;
  return bytes;
}
const states = () => [a, b].map(({ requests }) => requests.map(({ state }) => state).join());

describe("SynthesizerChain.wordEndsMs()", () => {
  beforeEach(() => make());

  it("is that of the engine that is meant to speak, with its voice; unknown where it does not tell", async () => {
    b.wordEndsMs = ({ voice }) => Promise.resolve(voice === "other" ? [100, 200] : []);
    const engines = [{ engine: "b", voice: "other" }];
    assertEquals(await chain.wordEndsMs({ ...REQUEST, engines }), [100, 200]);
    assertEquals(await chain.wordEndsMs(REQUEST), undefined);
  });
});

describe("SynthesizerChain.synthesize()", () => {
  beforeEach(() => make());

  it("speaks by the first engine, with its own voice when it does not know the one asked for", async () => {
    assertEquals(await speak({ ...REQUEST, voice: "voice-b", rate: 1.2 }), BYTES);
    assertEquals(await speak({ ...REQUEST, voice: "voice-a" }), BYTES);
    assertEquals(b.requests, []);
    const asked = { ...REQUEST, pieces: 8, state: "spoken" };
    assertEquals(a.requests, [{ ...asked, rate: 1.2 }, { ...asked, voice: "voice-a" }] as never);
  });

  it("speaks by the business's engines, in its order and with its voices", async () => {
    const engines = [{ engine: "unknown" }, { engine: "b", voice: "other" }, { engine: "a" }];
    await speak({ ...REQUEST, voice: "voice-a", engines });
    assertEquals([b.requests[0]?.voice, a.requests], ["other", []]);
    assert(!("engines" in b.requests[0]!));
  });

  it("goes to the next engine when one fails before its first piece, and rests it", async () => {
    make({ failure: () => failureOf("unreachable") });
    assertEquals(await speak(), BYTES);
    assertEquals(await speak(), BYTES);
    assertEquals([states(), changes], [["failed", "spoken,spoken"], ["a - open"]]);
  });

  it("keeps a voice that an engine refuses from it, and no other voice", async () => {
    make({ failure: () => a.requests.at(-1)?.voice ? failureOf("refused") : undefined });
    for (let i = 0; i < 2; i++) await speak({ ...REQUEST, voice: "voice-a" });
    await speak();
    assertEquals([states(), changes], [["failed,spoken", "spoken,spoken"], [
      "a he-IL|voice-a open",
    ]]);
  });

  it("starts the next engine beside a slow one, and aborts the loser", async () => {
    make({ delay: delay(5_000) });
    const spoken = speak();
    await clock.advance(799);
    assertEquals(states(), ["speaking", ""]);
    await clock.advance(1);
    assertEquals(await spoken, BYTES);
    await settle();
    assertEquals([states(), clock.sleeping], [["aborted", "spoken"], 0]);
  });

  it("aborts the loser with the winner's first piece", async () => {
    make({ delay: delay(5_000) });
    const pieces = chain.synthesize(REQUEST, new AbortController().signal);
    const first = pieces.next();
    await clock.advance(800);
    assertEquals((await first).done, false);
    await settle();
    assertEquals(states(), ["aborted", "speaking"]);
    await pieces.return(undefined);
  });

  it("leaves no listener at a signal that outlives it", async () => {
    let listeners = 0;
    const { signal } = new AbortController();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: unknown[]) => {
      listeners++;
      addEventListener.apply(signal, args as Parameters<typeof addEventListener>);
    };
    signal.removeEventListener = (...args: unknown[]) => {
      listeners--;
      removeEventListener.apply(signal, args as Parameters<typeof removeEventListener>);
    };
    assertEquals([await speak(REQUEST, signal), listeners], [BYTES, 0]);
  });

  it("takes the slow one when it is the first after all, and counts it as slow", async () => {
    make({ delay: delay(1_000) }, { delay: delay(500) });
    for (let i = 0; i < 3; i++) {
      const spoken = speak();
      await clock.advance(1_000);
      assertEquals(await spoken, BYTES);
    }
    assertEquals(states(), ["spoken,spoken,spoken", "aborted,aborted,aborted"]);
    assertEquals(changes, ["a - open"]);
  });

  it("does not hold it against an engine that it is slow when there is no other", async () => {
    make({ delay: delay(1_000) }, { languages: [] });
    for (let i = 0; i < 4; i++) {
      const spoken = speak();
      await clock.advance(1_000);
      assertEquals(await spoken, BYTES);
    }
    assertEquals(changes, []);
  });

  it("ends a sentence that breaks with the engine's error, and doubles no word", async () => {
    make({ failAt: 0 });
    const pieces: number[] = [];
    const error = await assertRejects(async () => {
      const { signal } = new AbortController();
      for await (const { length } of chain.synthesize(REQUEST, signal)) pieces.push(length);
    }, SynthesisError);
    assertEquals([error.message, pieces], ["Cannot speak: the script says so", [400]]);
    assertEquals(states(), ["failed", ""]);
  });

  it("rests an engine whose sentences keep breaking", async () => {
    const synthesize = a.synthesize.bind(a);
    a.synthesize = async function* (request, signal) {
      for await (const piece of synthesize(request, signal)) {
        yield piece;
        throw failureOf("broken");
      }
    };
    for (let i = 0; i < 3; i++) await assertRejects(() => speak(), EngineFailure);
    assertEquals([await speak(), changes], [BYTES, ["a - open"]]);
  });

  it("names every engine's failure when all fail, and fails at once while they rest", async () => {
    const [first, second] = [failureOf("quota"), failureOf("unreachable")];
    make({ failure: () => first }, { failure: () => second });
    const error = await assertRejects(() => speak(), SynthesisError);
    assertEquals(
      error.message,
      `Cannot speak: every engine failed: a failed: ${first.message}; b failed: ${second.message}`,
    );
    assertEquals((error.cause as AggregateError).errors, [first, second]);
    const again = await assertRejects(() => speak(), SynthesisError);
    assertEquals(
      again.message,
      `Cannot speak: every engine failed: a rests after ${first.code}; b rests after ${second.code}`,
    );
    assertEquals((again.cause as AggregateError).errors, [first, second]);
    assertEquals(states(), ["failed", "failed"]);
  });

  it("refuses a language that no engine has", async () => {
    make({ languages: ["en-US"] }, { languages: ["en-US"] });
    await assertRejects(() => speak(), SynthesisError, "received he-IL");
    assertEquals([chain.supports("he-IL"), chain.supports("en-US")], [false, true]);
  });

  it("just ends when aborted, and everything it began with it", async () => {
    make({ delay: delay(5_000) }, { delay: delay(5_000) });
    const abort = new AbortController();
    const spoken = speak(REQUEST, abort.signal);
    await clock.advance(800);
    abort.abort();
    assertEquals(await spoken, 0);
    await settle();
    assertEquals([states(), clock.sleeping, changes], [["aborted", "aborted"], 0, []]);
    assertEquals(await speak(REQUEST, abort.signal), 0);
  });

  it("aborts the engine when the consumer has heard enough", async () => {
    const { signal } = new AbortController();
    for await (const _piece of chain.synthesize(REQUEST, signal)) break;
    await settle();
    assertEquals(states(), ["aborted", ""]);
  });

  it("plays what the preferred engine has spoken before, even while it rests", async () => {
    make({ failure: () => failureOf("unreachable") });
    await speak();
    const known = new Uint8Array(7);
    Object.assign(a, {
      recall: ({ text }: SynthesisRequest) => Promise.resolve(text === "known" ? known : undefined),
    });
    assertEquals(await speak({ ...REQUEST, text: "known" }), 7);
    assertEquals(await speak(), BYTES);
    assertEquals(states(), ["failed", "spoken,spoken"]);
  });
});

describe("SynthesizerChain.preferredOnly()", () => {
  beforeEach(() => make({ failure: () => failureOf("unreachable") }));

  it("never lets another engine speak, and nameFor() is that engine's, working or not", async () => {
    await speak();
    const only = chain.preferredOnly({ ...REQUEST, voice: "voice-a" });
    assertEquals(only.engines, [{ engine: "a", voice: "voice-a" }]);
    assertEquals(chain.nameFor(REQUEST), "engine-a");
    await assertRejects(() => speak(only), SynthesisError);
    assertEquals(b.requests.length, 1);
  });

  it("heeds the business's order, its voice, and the language", () => {
    const engines = [{ engine: "b", voice: "other" }, { engine: "a" }];
    const speaker = { ...REQUEST, voice: "voice-a", engines };
    assertEquals(chain.nameFor(speaker), "engine-b");
    const only = chain.preferredOnly(speaker);
    assertEquals([only.voice, only.engines], ["other", [{ engine: "b", voice: "other" }]]);
    make({ languages: ["en-US"] });
    assertEquals(chain.nameFor(REQUEST), "engine-b");
    make({ languages: [] }, { languages: [] });
    assertEquals(chain.nameFor(REQUEST), "engine-a");
    assertStrictEquals(chain.preferredOnly(REQUEST), REQUEST);
  });
});

describe("SynthesizerChain", () => {
  it("has at least one engine", () => {
    assertThrows(() => new SynthesizerChain({ engines: [] }), Error, "received none");
  });
});
