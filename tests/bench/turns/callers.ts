/** The callers of the bench: each does its part in a call of its own. */
import { FRAME_MS } from "shared/media/frame.ts";
import { type FakeCall, placeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { SeededNoise } from "shared/testing/google_emulator/seeded_noise.ts";
import type { CallerVoice } from "./caller_voice.ts";
import type { CallersReport, CallersTask, Interruption } from "./reports.ts";

/** Longer than anything takes. */
const PATIENCE_MS = 15_000;
/** In which the calls begin. */
const BEGIN_MS = 2_000;
/** After the first sound of an answer a caller interrupts it. */
const INTERRUPTS_MS = [200, 3_000] as const;
/** Between an answer and the next question. */
const THINKS_MS = [50, 250] as const;
const END_MARK = /^u\d+:end$/;

type Result = Pick<CallersReport, "interruptions" | "answered">;

/** Everything random in a run is the same in every run. */
class Chance {
  readonly #noise: SeededNoise;

  constructor(call: number) {
    this.#noise = new SeededNoise(`call ${call}`);
  }

  between([from, to]: readonly [number, number]): number {
    return from + (to - from) * (this.#noise.next() + 1) / 2;
  }
}

/** Places all calls of a task; resolves when the last one has ended. Never rejects. */
export async function callAll(task: CallersTask, voice: CallerVoice): Promise<CallersReport> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: task.calls }, (_, i) => oneCall(task, voice, new Chance(i))),
  );
  const results = outcomes.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  return {
    interruptions: results.flatMap(({ interruptions }) => interruptions),
    answered: results.reduce((sum, { answered }) => sum + answered, 0),
    failures: outcomes.flatMap((one) => one.status === "rejected" ? [`${one.reason}`] : []),
  };
}

async function oneCall(task: CallersTask, voice: CallerVoice, chance: Chance): Promise<Result> {
  await new Promise((resolve) => setTimeout(resolve, chance.between([0, BEGIN_MS])));
  const call = await placeCall({ webhook: task.webhook, to: task.to });
  try {
    await call.untilMark("greeting_end", PATIENCE_MS);
    return task.do === "ask"
      ? { interruptions: [], answered: await askOn(call, voice, chance, task.seconds) }
      : await interruptOn(call, voice, chance, task.times);
  } finally {
    await call.hangUp();
  }
}

/** @returns how many questions were answered. */
async function askOn(
  call: FakeCall,
  { question }: CallerVoice,
  chance: Chance,
  seconds: number,
): Promise<number> {
  const untilMs = call.nowMs + seconds * 1_000;
  let answered = 0;
  while (call.nowMs < untilMs) {
    await pause(call, chance.between(THINKS_MS));
    const fromMs = call.nowMs;
    await call.play(question);
    await call.untilEvent(
      "echoed",
      PATIENCE_MS,
      ({ name, atMs, cleared }) => atMs > fromMs && !cleared && END_MARK.test(name),
    );
    answered++;
  }
  return answered;
}

async function interruptOn(
  call: FakeCall,
  { question, interruptions: voices }: CallerVoice,
  chance: Chance,
  times: number,
): Promise<Result> {
  const interruptions: Interruption[] = [];
  await call.play(question);
  for (let time = 0; time < times; time++) {
    await call.untilHeardSpeech(PATIENCE_MS);
    await pause(call, chance.between(INTERRUPTS_MS));
    interruptions.push(await interrupt(call, voices[time % voices.length]!));
  }
  return { interruptions, answered: 1 };
}

/** Speaks over Kav. The answer to that cannot begin before the caller has spoken. */
async function interrupt(call: FakeCall, words: Uint8Array): Promise<Interruption> {
  // The first frame leaves in the next slot.
  const onsetMs = call.startedMs + Math.ceil((call.nowMs - call.startedMs) / FRAME_MS) * FRAME_MS;
  const cleared = call.untilEvent("clear", PATIENCE_MS, ({ atMs }) => atMs > onsetMs);
  const [clear] = await Promise.all([cleared, call.play(words)]);
  const late = call.timeline.of("media").filter(({ atMs }) => atMs > clear.atMs);
  const heardAfterMs = late.length * FRAME_MS;
  return {
    call: call.callSid,
    silenceMs: clear.atMs - onsetMs + heardAfterMs,
    heardAfterMs,
  };
}

async function pause(call: FakeCall, ms: number): Promise<void> {
  const untilMs = call.nowMs + ms;
  await call.until(() => call.nowMs >= untilMs, "a moment", PATIENCE_MS);
}
