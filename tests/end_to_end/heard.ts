import { bytesToMs, FRAME_BYTES, FRAME_MS, MULAW_SILENCE } from "shared/media/frame.ts";

/** Where in a call an utterance was heard, in milliseconds since the call began. */
export interface Hearing {
  readonly fromMs: number;
  readonly toMs: number;
  /** Silence in it that was not said: nothing was there to play. */
  readonly holesMs: number;
}

const BYTES_PER_MS = FRAME_BYTES / FRAME_MS;
/** So much at the beginning tells one utterance from another, and as a rule has no hole: it arrives at once. */
const START_BYTES = 3 * FRAME_BYTES;

/**
 * Finds an utterance in what the caller heard, frame by frame: all of it, in order, nothing between its frames
 * but silence.
 *
 * @param said whole frames
 * @param afterMs since the call began: what was heard before does not count
 * @throws {Error} when its beginning is not there, or a later frame is missing, changed or there twice
 */
export function hearingOf(heard: Uint8Array, said: Uint8Array, afterMs = 0): Hearing {
  const after = Math.floor(afterMs * BYTES_PER_MS);
  const whole = indexOf(heard, said.subarray(0, START_BYTES), after);
  const start = whole < 0 ? indexOf(heard, said.subarray(0, FRAME_BYTES), after) : whole;
  if (start < 0) throw new Error("Cannot find what was said: its beginning was not heard");
  let at = start;
  for (let from = 0; from < said.length; from += FRAME_BYTES) {
    const frame = said.subarray(from, from + FRAME_BYTES);
    const next = indexOf(heard, frame, at);
    if (next < 0 || !isSilent(heard.subarray(at, next))) {
      throw new Error(`Cannot find what was said: frame ${from / FRAME_BYTES} does not follow`);
    }
    at = next + FRAME_BYTES;
  }
  return {
    fromMs: bytesToMs(start),
    toMs: bytesToMs(at),
    holesMs: bytesToMs(at - start - said.length),
  };
}

/** How many of an utterance's first frames were heard without a gap; 0 when it was not heard at all. */
export function framesHeard(heard: Uint8Array, said: Uint8Array): number {
  const start = indexOf(heard, said.subarray(0, START_BYTES), 0);
  if (start < 0) return 0;
  let same = 0;
  while (same < said.length && heard[start + same] === said[same]) same++;
  return Math.floor(same / FRAME_BYTES);
}

function indexOf(track: Uint8Array, part: Uint8Array, from: number): number {
  for (let at = from; at + part.length <= track.length; at++) {
    let same = 0;
    while (same < part.length && track[at + same] === part[same]) same++;
    if (same === part.length) return at;
  }
  return -1;
}

function isSilent(part: Uint8Array): boolean {
  return part.every((byte) => byte === MULAW_SILENCE);
}
