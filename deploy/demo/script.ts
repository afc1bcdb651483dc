import { heardTextOf } from "shared/store/heard_text.ts";
import type { CallEnd, FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { DemoEvents } from "./conversation_watch.ts";
import type { DemoPlan, DemoStep } from "./plan.ts";

/** What the script needs of a simulated call. */
export type DemoCaller = Pick<
  FakeCall,
  | "nowMs"
  | "sentFrames"
  | "say"
  | "press"
  | "hangUp"
  | "until"
  | "untilEnded"
  | "untilMark"
  | "untilHeardSpeech"
  | "untilSilence"
>;

/** One exchange as it went. Times on the call's clock. */
export interface Exchange {
  readonly step: DemoStep;
  readonly fromMs: number;
  readonly toMs: number;
  /** What Kav took the caller's words for; null when it could not make them out. */
  readonly asked: string | null;
  readonly told: string;
}

/** What came of the script; what it did not get to is missing. */
export interface DemoRun {
  /** Five seconds in which the caller only listens. */
  readonly silence?: { readonly fromMs: number; readonly toMs: number; readonly frames: number };
  readonly question?: Exchange;
  readonly nonsense?: Exchange;
  readonly longAnswer?: Exchange;
  readonly goodbye?: Exchange;
  readonly end: CallEnd;
  /** Why the script could not go on. */
  readonly problem?: string;
}

export interface DemoScriptOptions {
  readonly plan: DemoPlan;
  readonly events: DemoEvents;
  /** Takes what the caller does, as it happens. */
  readonly print: (what: string) => void;
}

const GREETING_TIMEOUT_MS = 30_000;
const SILENCE_FRAMES = 250;
const REPLY_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 80_000;
/** Speech pauses for less; after this an answer is over. */
const ANSWER_OVER_MS = 1_000;
const END_TIMEOUT_MS = 15_000;

/**
 * Plays the demo's caller: listens to the greeting, is silent for five seconds, asks, says nonsense, presses a
 * key with a long answer, says goodbye. Never rejects: a step that fails ends the call with its problem.
 */
export async function runDemoCall(
  call: DemoCaller,
  options: DemoScriptOptions,
): Promise<DemoRun> {
  const done: { -readonly [K in keyof Omit<DemoRun, "end">]: DemoRun[K] } = {};
  const { plan, print } = options;
  try {
    await call.untilMark("greeting_end", GREETING_TIMEOUT_MS);
    print("(is silent for five seconds)");
    done.silence = await keepSilent(call);
    for (const name of ["question", "nonsense", "longAnswer"] as const) {
      const step = plan[name];
      if (step) done[name] = await exchange(call, step, options);
    }
    if (plan.goodbye) {
      done.goodbye = await begin(call, plan.goodbye, options);
      await call.untilEnded(END_TIMEOUT_MS);
    }
  } catch (error) {
    done.problem = error instanceof Error ? error.message : String(error);
  }
  print("(the line is closed)");
  return { ...done, end: await call.hangUp() };
}

async function keepSilent(call: DemoCaller): Promise<NonNullable<DemoRun["silence"]>> {
  const fromMs = call.nowMs;
  const from = call.sentFrames;
  await call.until(
    () => call.sentFrames >= from + SILENCE_FRAMES,
    "five seconds of silence",
    4 * SILENCE_FRAMES * 20,
  );
  return { fromMs, toMs: call.nowMs, frames: call.sentFrames - from };
}

/** Acts, and listens to the end of the answer. */
async function exchange(
  call: DemoCaller,
  step: DemoStep,
  options: DemoScriptOptions,
): Promise<Exchange> {
  const begun = await begin(call, step, options);
  await call.untilHeardSpeech(REPLY_TIMEOUT_MS);
  await call.untilSilence(ANSWER_OVER_MS, ANSWER_TIMEOUT_MS);
  return { ...begun, toMs: call.nowMs };
}

/** Acts, and waits until Kav begins to reply. */
async function begin(
  call: DemoCaller,
  step: DemoStep,
  { events, print }: DemoScriptOptions,
): Promise<Exchange> {
  const before = events.turns.length;
  const fromMs = call.nowMs;
  if (step.by === "voice") {
    print(step.text);
    await call.say(step.text);
  } else {
    print(`(presses ${step.digit})`);
    call.press(step.digit);
  }
  const turn = await call.until(() => events.turns[before], "Kav's reply", REPLY_TIMEOUT_MS);
  return { step, fromMs, toMs: call.nowMs, asked: turn.asked, told: heardTextOf(turn) };
}
