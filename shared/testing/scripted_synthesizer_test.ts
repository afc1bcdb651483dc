import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { FakeClock, settle } from "./fake_clock.ts";
import { ScriptedSynthesizer, speechByte } from "./scripted_synthesizer.ts";

const REQUEST = { text: "one two", language: "en-US", voice: "kal" };

async function collect(speech: AsyncIterable<Uint8Array>): Promise<number[]> {
  const bytes: number[] = [];
  for await (const piece of speech) bytes.push(...piece);
  return bytes;
}

describe("ScriptedSynthesizer.synthesize()", () => {
  it("gives each word the same time and each sentence its own byte", async () => {
    const synthesizer = new ScriptedSynthesizer({ framesPerWord: 2, extraBytes: 5 });
    const { signal } = new AbortController();
    await collect(synthesizer.synthesize(REQUEST, signal));
    assertEquals(
      await collect(synthesizer.synthesize(REQUEST, signal)),
      new Array(2 * 2 * 160 + 5).fill(speechByte(1)),
    );
    assertEquals(synthesizer.requests.map(({ state }) => state), ["spoken", "spoken"]);
  });

  it("begins after its delay, and records a request aborted meanwhile", async () => {
    const clock = new FakeClock();
    const synthesizer = new ScriptedSynthesizer({ delay: { clock, ms: 100 } });
    const abort = new AbortController();
    const first = collect(synthesizer.synthesize(REQUEST, new AbortController().signal));
    const second = collect(synthesizer.synthesize(REQUEST, abort.signal));
    await clock.advance(99);
    assertEquals(synthesizer.requests.map(({ pieces }) => pieces), [0, 0]);
    abort.abort();
    await settle();
    await clock.advance(1);
    assertEquals((await first).length, 3200);
    assertEquals(await second, []);
    assertEquals(synthesizer.requests.map(({ state }) => state), ["spoken", "aborted"]);
  });

  it("fails in the sentence it is told to fail in, after one piece", async () => {
    const synthesizer = new ScriptedSynthesizer({ failAt: 1 });
    const { signal } = new AbortController();
    await collect(synthesizer.synthesize(REQUEST, signal));
    await assertRejects(
      () => collect(synthesizer.synthesize(REQUEST, signal)),
      SynthesisError,
    );
    assertEquals(synthesizer.requests.map(({ state }) => state), ["spoken", "failed"]);
    assertEquals(synthesizer.requests[1]?.pieces, 1);
  });
});
