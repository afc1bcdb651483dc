import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";

/** Frames that arrived one after the other. Times are the call's clock. */
export interface Burst {
  readonly fromMs: number;
  readonly toMs: number;
  readonly frames: number;
}

/** Longer than a machine with other work stalls, shorter than the loss of a worker is noticed. */
const PAUSE_MS = 600;
const STEP_MS = 10;

/** What arrived at the caller after a moment, cut where nothing came for a while. */
export function burstsAfter(call: FakeCall, afterMs: number): Burst[] {
  const bursts: { fromMs: number; toMs: number; frames: number }[] = [];
  for (const { atMs, bytes } of call.timeline.of("media")) {
    if (atMs < afterMs) continue;
    const last = bursts.at(-1);
    const frames = bytes / FRAME_BYTES;
    if (!last || atMs - last.toMs > PAUSE_MS) bursts.push({ fromMs: atMs, toMs: atMs, frames });
    else {
      last.toMs = atMs;
      last.frames += frames;
    }
  }
  return bursts;
}

/** The longest time between two moments in which the caller heard nothing. */
export function longestSilenceMs(call: FakeCall, fromMs: number, toMs: number): number {
  let longestMs = 0;
  let silentMs = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += STEP_MS) {
    silentMs = call.audibleMs(atMs, atMs + STEP_MS) > 0 ? 0 : silentMs + STEP_MS;
    longestMs = Math.max(longestMs, silentMs);
  }
  return longestMs;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const between = (fromMs: number, toMs: number) => fromMs + Math.random() * (toMs - fromMs);

/** In ascending order, for people. */
export const rounded = (values: readonly number[]) =>
  values.map(Math.round).sort((a, b) => a - b).join(" ");
