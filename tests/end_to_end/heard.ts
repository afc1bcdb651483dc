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
  const first = said.subarray(0, FRAME_BYTES);
  let furthest = -1;
  for (
    let start = indexOf(heard, first, Math.floor(afterMs * BYTES_PER_MS));
    start >= 0;
    start = indexOf(heard, first, start + 1)
  ) {
    // Sentences may begin alike: another beginning of the same frame is not the end of the search.
    const { end, followed } = follow(heard, said, start);
    if (followed === said.length) {
      const [fromMs, toMs] = [bytesToMs(start), bytesToMs(end)];
      return { fromMs, toMs, holesMs: bytesToMs(end - start - said.length) };
    }
    furthest = Math.max(furthest, followed / FRAME_BYTES);
  }
  throw new Error(
    "Cannot find what was said: " +
      (furthest < 0 ? "its beginning was not heard" : `frame ${furthest} does not follow`),
  );
}

/** How many bytes of `said` are heard from `start` on, silence between its frames left out, and where that ends. */
function follow(heard: Uint8Array, said: Uint8Array, start: number) {
  let end = start;
  let followed = 0;
  for (; followed < said.length; followed += FRAME_BYTES) {
    const next = indexOf(heard, said.subarray(followed, followed + FRAME_BYTES), end);
    if (next < 0 || !isSilent(heard.subarray(end, next))) break;
    end = next + FRAME_BYTES;
  }
  return { end, followed };
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
