import { placeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { WordEar } from "shared/testing/words/word_ear.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import type { CallerStep } from "./conversation_file.ts";
import { PlayedCall } from "./played_call.ts";
import type { Point } from "./points.ts";
import type { Stage } from "./stage.ts";

/** Nothing takes longer, on the clock. */
const STEP_LIMIT_MS = 100_000;
const KEY_GAP_MS = 100;
/** Marks that end an utterance: the greeting's own, and `u{utterance}:{name}`. */
const END_MARK = /^(greeting_end|u\d+:.+)$/;

/** Places a call on the stage, does what the steps say, and waits for the end. Problems go to `onProblem`. */
export async function playCall(
  stage: Stage,
  steps: readonly CallerStep[],
  onProblem: (problem: string) => void,
): Promise<PlayedCall> {
  const { clock } = stage;
  const ear = new WordEar(stage.kavBook, (mark) => END_MARK.test(mark));
  const call = await placeCall({
    ...stage.route,
    to: SAMPLE_BUSINESS.called_numbers[0]!,
    clock,
    onHeard: (message, soundsAtMs) => {
      if (message.event === "media") ear.media(message.payload, soundsAtMs);
      else if (message.event === "mark") ear.mark(message.name);
      else ear.clear(clock.now());
    },
  });
  const played = new PlayedCall(call, ear);
  for (const [number, step] of steps.entries()) {
    try {
      await moment(played, step);
      await act(stage, played, step);
    } catch (error) {
      onProblem(
        `step ${number + 1} of the caller: ${error instanceof Error ? error.message : error}`,
      );
      break;
    }
  }
  await call.untilEnded(STEP_LIMIT_MS).catch(() => {
    onProblem("the call has not ended by itself, and the caller does not hang up");
    return call.hangUp();
  });
  played.end = await call.ended;
  return played;
}

async function moment(played: PlayedCall, step: CallerStep): Promise<void> {
  const { call } = played;
  const point = step.after ?? step.during;
  if (step.at !== undefined) {
    const atMs = played.openedMs + step.at;
    await call.until(() => call.nowMs >= atMs, `${step.at} ms`, STEP_LIMIT_MS);
  } else if (point?.of === "silence") await silence(played, point);
  else if (point) {
    await call.until(() => played.timeOf(point), JSON.stringify(point), STEP_LIMIT_MS);
  }
  if (step.then !== undefined) await pause(played, step.then);
}

/** Neither the caller nor Kav has been heard for so long, from now on. */
async function silence({ call }: PlayedCall, { ms }: Extract<Point, { of: "silence" }>) {
  const fromMs = call.nowMs;
  const isSilent = () => call.nowMs - fromMs >= ms && call.quietMs() >= ms;
  await call.until(isSilent, "silence", STEP_LIMIT_MS);
}

async function pause({ call }: PlayedCall, ms: number): Promise<void> {
  const untilMs = call.nowMs + ms;
  await call.until(() => call.nowMs >= untilMs, `${ms} ms`, STEP_LIMIT_MS);
}

async function act(stage: Stage, played: PlayedCall, step: CallerStep): Promise<void> {
  const { call } = played;
  if (step.say !== undefined) await say(stage, played, step.say);
  else if (step.press !== undefined) await press(played, step.press);
  else if (step.wait !== undefined) await pause(played, step.wait);
  else if (step.hang_up) await call.hangUp();
  else if (step.send !== undefined) call.sendRaw(step.send);
  else if (step.break_socket) call.breakSocket();
  else if (step.pause_media !== undefined) call.pauseMedia(step.pause_media);
}

async function say(
  { callerBook, outcomes }: Stage,
  { call, lines }: PlayedCall,
  { text, frames_per_word: framesPerWord, heard_as: outcome }: NonNullable<CallerStep["say"]>,
): Promise<void> {
  const { audio, booked } = callerBook.say(text, framesPerWord);
  outcomes.set(booked.text, outcome);
  const fromMs = call.nowMs;
  const number = lines.push({ what: text, fromMs, toMs: Infinity });
  // Whoever is hung up on speaks no further.
  await Promise.race([call.play(audio), call.ended]).catch(() => {});
  lines[number - 1] = { what: text, fromMs, toMs: call.nowMs };
}

async function press(played: PlayedCall, digits: string): Promise<void> {
  const { call, keys } = played;
  for (const [at, digit] of [...digits].entries()) {
    if (at > 0) await pause(played, KEY_GAP_MS);
    call.press(digit);
    keys.push({ what: digit, fromMs: call.nowMs, toMs: call.nowMs });
  }
}
