import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { FRAME_MS } from "shared/media/frame.ts";
import { failureOf, frameOf, RecognitionRig } from "shared/testing/recognition_rig.ts";
import { CallersWords, StreamEar } from "shared/testing/scripted_caller.ts";
import { STREAM_LIMITS } from "./renewal_policy.ts";

/** Frames written at a moment. */
const STEP_FRAMES = 5;
const BATCH_FRAMES = 2;
/** Every sixth word comes after such a pause: nobody talks on for longer than is replayed. */
const PAUSE_FRAMES = 60;
const QUIET_END_FRAMES = 1_000;

interface Fault {
  /** Frames since the fault before. */
  readonly gap: number;
  readonly kind: "broken" | "unreachable" | "end" | "hang";
  /** From the moment the other side hears no more until this one learns it. */
  readonly noticedMs: number;
}

interface Scenario {
  readonly lengths: readonly (readonly [number, number])[];
  readonly faults: readonly Fault[];
  readonly limits: { readonly calmMs: number; readonly hardMs: number };
  readonly openMs: readonly number[];
  readonly answerMs: number;
  readonly finalMs: number;
}

function scenario(gap: fc.Arbitrary<number>, faults: number): fc.Arbitrary<Scenario> {
  const kind = fc.constantFrom<Fault["kind"]>("broken", "unreachable", "end", "hang");
  return fc.record({
    lengths: fc.array(
      fc.tuple(
        fc.oneof(fc.integer({ min: 3, max: 30 }), fc.integer({ min: 31, max: 300 })),
        fc.integer({ min: 35, max: 60 }),
      ),
      { minLength: 230, maxLength: 230 },
    ),
    faults: fc.array(fc.record({ gap, kind, noticedMs: fc.integer({ min: 0, max: 300 }) }), {
      minLength: faults,
      maxLength: faults,
    }),
    limits: fc.constantFrom({ calmMs: 20_000, hardMs: 30_000 }, {
      calmMs: 240_000,
      hardMs: 290_000,
    }),
    openMs: fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 7 }),
    answerMs: fc.integer({ min: 50, max: 300 }),
    finalMs: fc.integer({ min: 320, max: 700 }),
  });
}

async function call(scenario: Scenario) {
  const { lengths, limits, openMs, faults } = scenario;
  const words = new CallersWords(
    lengths.map(([silence, word], i) => [i % 6 === 0 ? silence + PAUSE_FRAMES : silence, word]),
  );
  const rig = new RecognitionRig({ limits });
  const { clock, speech } = rig;
  const reached = new Set<number>();
  const ears: StreamEar[] = [];
  speech.onAcquire = async () => {
    await clock.sleepUntil(clock.now() + openMs[speech.streams.length % openMs.length]!);
  };
  speech.onStream = (stream) => {
    ears.push(
      new StreamEar(stream, words, scenario, () => clock.now(), (index) => reached.add(index)),
    );
  };
  speech.onRecognize = async (audio) => {
    await clock.sleepUntil(clock.now() + 200);
    return words.heardIn(audio);
  };
  const due = [...faults];
  let faultFrame = due[0]?.gap ?? Infinity;
  const length = words.frames + QUIET_END_FRAMES;
  while (rig.seq < length) {
    for (let i = 0; i < STEP_FRAMES; i++) {
      const isVoiced = words.isVoiced(rig.seq);
      rig.writeOne(frameOf(rig.seq, isVoiced), isVoiced);
    }
    await clock.advance(STEP_FRAMES * FRAME_MS);
    for (const ear of ears) ear.tick(clock.now());
    if (rig.seq < faultFrame) continue;
    const fault = due.shift()!;
    faultFrame += due[0]?.gap ?? Infinity;
    breakStream(rig, ears.at(-1), fault);
  }
  rig.recognition.close();
  return { rig, words, reached, length };
}

async function breakStream({ clock }: RecognitionRig, ear: StreamEar | undefined, fault: Fault) {
  if (!ear) return;
  if (fault.kind === "hang") {
    ear.isMute = true;
    return;
  }
  ear.isDeaf = true;
  await clock.sleepUntil(clock.now() + fault.noticedMs);
  ear.stream.end(fault.kind === "end" ? undefined : failureOf(fault.kind));
}

function missing(reached: ReadonlySet<number>, frames: number): number[] {
  return Array.from({ length: frames }, (_, index) => index).filter((index) => !reached.has(index));
}

function saidIn(told: readonly string[]): string[] {
  return told.flatMap((line) => /^final (.*) @\d+$/.exec(line)?.[1]?.split(" ") ?? []);
}

/** Finals that are not told up to the last frame of their last word. */
function misplaced(told: readonly string[], { words }: CallersWords): string[] {
  const lastFrames = new Map(words.map(({ word, toFrame }) => [word, toFrame - 1]));
  return told.filter((line) => {
    const [, word, seq] = /^final .*?(\S+) @(\d+)$/.exec(line) ?? [];
    return word !== undefined && lastFrames.get(word) !== Number(seq);
  });
}

function allWords({ words, length }: { words: CallersWords; length: number }): string[] {
  return words.words.filter(({ toFrame }) => toFrame < length).map(({ word }) => word);
}

describe("GoogleRecognition over 10 minutes of faults and renewals", () => {
  it("tells every word exactly once and in order, and sends every frame on some stream", async () => {
    await fc.assert(
      fc.asyncProperty(scenario(fc.integer({ min: 500, max: 3_000 }), 12), async (scenario) => {
        const { rig, words, reached, length } = await call(scenario);
        assertEquals(rig.modes, []);
        assertEquals(saidIn(rig.told), allWords({ words, length }));
        assertEquals(misplaced(rig.told, words), []);
        // The last batch may not be full.
        assertEquals(missing(reached, length - BATCH_FRAMES + 1), []);
        assertEquals(rig.told.filter((line) => /INSIDE|failed/.test(line)), []);
        assertEquals(rig.speech.places, 0);
        await rig.clock.advance(60_000);
        assertEquals(rig.clock.sleeping, 0);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it("loses no word on the way to whole utterances and back", async () => {
    await fc.assert(
      fc.asyncProperty(scenario(fc.integer({ min: 5, max: 400 }), 60), async (scenario) => {
        const faults = scenario.faults.map((fault) =>
          fault.kind === "unreachable" ? { ...fault, kind: "broken" as const } : fault
        );
        const { rig, words, length } = await call({ ...scenario, faults, limits: STREAM_LIMITS });
        assertEquals(saidIn(rig.told), allWords({ words, length }));
        assertEquals(misplaced(rig.told, words), []);
        assertEquals(rig.told.filter((line) => /INSIDE|failed/.test(line)), []);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
