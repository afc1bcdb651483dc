/** The callers of the bench: all of them in one loop, at the pace of real time. */
import { FRAME_MS, FRAMES_PER_SECOND } from "shared/media/frame.ts";

export interface Load {
  readonly calls: number;
  readonly seconds: number;
}

/** Frames that all calls have together. */
export function framesOf({ calls, seconds }: Load): number {
  return calls * seconds * FRAMES_PER_SECOND;
}

/**
 * A frame for each call every 20 ms by absolute deadlines, the calls spread evenly over them.
 *
 * @returns how late it was at worst, in ms.
 */
export async function feed(
  load: Load,
  write: (call: number, seq: number) => void,
): Promise<number> {
  const { calls } = load;
  const frames = framesOf(load);
  const apartMs = FRAME_MS / calls;
  const startMs = performance.now();
  let behindMs = 0;
  for (let frame = 0; frame < frames;) {
    const nowMs = performance.now() - startMs;
    const due = Math.min(frames, Math.floor(nowMs / apartMs) + 1);
    if (frame < due) behindMs = Math.max(behindMs, nowMs - frame * apartMs);
    for (; frame < due; frame++) write(frame % calls, Math.floor(frame / calls));
    // Never without a pause, or nothing would be sent.
    await pause(startMs + frame * apartMs - performance.now());
  }
  return behindMs;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
