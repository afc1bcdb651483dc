import { BoundedQueue } from "shared/media/bounded_queue.ts";
import type { FramePosition } from "shared/speech/recognizer.ts";

/** Design: the service never holds more. */
export const INBOX_FRAMES = 200;

/** 160 bytes of the caller's audio and where they stand. */
export interface CallerFrame extends FramePosition {
  /** How loud Kav has been to the caller: what of the frame may be its echo. */
  readonly loudness: number;
  readonly payload: Uint8Array;
}

export interface InboxCounts {
  dropped(): void;
  lost(frames: number): void;
}

/** One call's frames that wait for the recognizer: bounded, the oldest dropped when full, each taken once. */
export class Inbox {
  readonly #frames = new BoundedQueue<CallerFrame>(INBOX_FRAMES);
  readonly #counts: InboxCounts;
  #nextSeq: number | undefined;

  constructor(counts: InboxCounts) {
    this.#counts = counts;
  }

  get length(): number {
    return this.#frames.length;
  }

  push(frame: CallerFrame): void {
    const missing = frame.seq - (this.#nextSeq ?? frame.seq);
    if (missing < 0) return;
    if (missing > 0) this.#counts.lost(missing);
    this.#nextSeq = frame.seq + 1;
    if (this.#frames.push(frame)) this.#counts.dropped();
  }

  shift(): CallerFrame | undefined {
    return this.#frames.shift();
  }

  clear(): void {
    this.#frames.clear();
  }
}
