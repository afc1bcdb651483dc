import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { settle } from "shared/testing/fake_clock.ts";
import type { ScriptedRecognition } from "shared/testing/scripted_recognizer.ts";
import { at, ChainKit, failureOf, type KitCall } from "shared/testing/chain_kit.ts";

type Key = "a" | "b";
type Action =
  | { readonly do: "frames" | "final" | "reject"; readonly count: number }
  | { readonly do: "speech" | "fail" | "throw" }
  | { readonly do: "down" | "up"; readonly key: Key }
  | { readonly do: "wait"; readonly ms: number };

const count = fc.integer({ min: 0, max: 12 });
const key = fc.constantFrom("a" as const, "b" as const);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("frames" as const), count }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("final", "reject"), count }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("speech", "fail", "throw") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("down", "up"), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(15_000) }),
  },
);
const engine = fc.record({
  openMs: fc.constantFrom(0, 300),
  leaseMs: fc.constantFrom(0, 100),
});

/** A call in which everything may fail, and what is known of it from outside. */
class Story {
  readonly kit: ChainKit;
  readonly call: KitCall;
  /** What was answered when the newest engine began. */
  coveredAtBegin = -1;
  readonly #down: Record<Key, boolean> = { a: false, b: false };
  #nextSeq = 0;
  isSpeaking = false;

  constructor(timing: Record<Key, { openMs: number; leaseMs: number }>) {
    const failure = (key: Key) => () => this.#down[key] ? failureOf("unreachable") : undefined;
    this.kit = new ChainKit({
      a: { ...timing.a, failure: failure("a") },
      b: { ...timing.b, failure: failure("b") },
    });
    this.call = this.kit.recognize();
  }

  get current(): ScriptedRecognition {
    return this.kit[this.kit.started.at(-1) as Key]();
  }

  get covered(): number {
    const answers = this.call.told.filter((line) => /^(final|rejected) /.test(line));
    return Math.max(-1, ...answers.map((line) => Number(line.split(" ").at(-1))));
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  async run(action: Action): Promise<void> {
    const { covered } = this;
    const begun = this.kit.started.length;
    await this.#do(action);
    await settle();
    if (this.kit.started.length !== begun) this.coveredAtBegin = covered;
  }

  /** Everything works again, and the service has nothing left to write. */
  async recover(): Promise<void> {
    await this.run({ do: "up", key: "a" });
    await this.run({ do: "up", key: "b" });
    for (let tries = 0; tries < 3; tries++) {
      await this.run({ do: "wait", ms: 61_000 });
      await this.run({ do: "frames", count: 1 });
    }
    await this.run({ do: "wait", ms: 1_000 });
  }

  async #do(action: Action): Promise<void> {
    if (action.do === "frames") {
      const from = this.#nextSeq;
      this.#nextSeq += action.count;
      await this.call.say(from, this.#nextSeq - 1);
    } else if (action.do === "wait") await this.kit.clock.advance(action.ms);
    else if (action.do === "up" || action.do === "down") {
      this.#down[action.key] = action.do === "down";
    } else if (action.do === "speech") this.#turnSpeech();
    else this.#actOnEngine(action);
  }

  #turnSpeech(): void {
    if (!this.call.recognition.ready) return;
    this.isSpeaking = !this.isSpeaking;
    if (this.isSpeaking) this.call.recognition.speechStarted(at(this.#nextSeq));
    else this.call.recognition.speechEnded(at(this.#nextSeq - 1));
  }

  #actOnEngine(action: Action): void {
    const { current } = this;
    if (current.closed) return;
    if (action.do === "fail") return current.fail(failureOf("broken"));
    if (action.do === "throw") return void (current.failure = new Error("oops"));
    if (action.do !== "final" && action.do !== "reject") return;
    const seq = current.written.at(-1 - action.count)?.seq;
    if (seq === undefined) return;
    if (action.do === "final") current.final("text", seq);
    else current.rejected(seq);
  }
}

describe("ChainedRecognition", () => {
  it("gives the engine that finally listens every frame without an answer, in order, once", async () => {
    const timing = fc.record({ a: engine, b: engine });
    await fc.assert(
      fc.asyncProperty(timing, fc.array(action, { maxLength: 25 }), async (timing, actions) => {
        const story = new Story(timing);
        for (const action of actions) {
          // More would be more than the 3 s that a chain keeps of silence.
          if (story.nextSeq < 130) await story.run(action);
        }
        await story.recover();
        const { current } = story;
        assert(!current.closed && story.call.recognition.ready);
        const from = story.coveredAtBegin + 1;
        const expected = Array.from({ length: story.nextSeq - from }, (_, i) => from + i);
        assertEquals(current.written.map(({ seq }) => seq), expected);
        assertEquals(current.written.map(({ byte }) => byte), expected);
        const voice = current.voice.map(({ kind }) => kind);
        assertEquals(voice, voice.map((_, i) => i % 2 === 0 ? "started" : "ended"));
        assertEquals(voice.at(-1) === "started", story.isSpeaking);
        assert(!story.call.told.some((line) => line.startsWith("failed")));
        story.call.recognition.close();
        assertEquals(story.kit.clock.sleeping, 0);
      }),
      { numRuns: 300 },
    );
  });
});
