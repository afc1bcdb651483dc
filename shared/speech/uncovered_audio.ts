import { BoundedQueue } from "shared/media/bounded_queue.ts";
import type { FramePosition } from "./recognizer.ts";

/** 30 s: nobody speaks longer without a pause at which an engine finals. */
export const UNCOVERED_FRAMES = 1_500;

/** A frame as it was written: 160 bytes of mu-law, not copied. */
export interface WrittenFrame {
  readonly frame: Uint8Array;
  readonly at: FramePosition;
}

/**
 * A call's frames that are under no final yet, oldest first: what another stream, or another engine, must hear again.
 * When full the oldest goes. PURE.
 */
export class UncoveredAudio {
  readonly #frames: BoundedQueue<WrittenFrame>;
  #firstIndex = 0;

  constructor(capacity = UNCOVERED_FRAMES) {
    this.#frames = new BoundedQueue(capacity);
  }

  get length(): number {
    return this.#frames.length;
  }

  /** Frames are counted from the call's first, 0; this is the oldest that is kept, or the next one to come. */
  get firstIndex(): number {
    return this.#firstIndex;
  }

  /** The index that the next frame will have. */
  get nextIndex(): number {
    return this.#firstIndex + this.#frames.length;
  }

  push(frame: Uint8Array, at: FramePosition): void {
    const { seq, streamMs } = at;
    if (this.#frames.push({ frame, at: { seq, streamMs } })) this.#firstIndex++;
  }

  /** The frame with this index; undefined when it is covered, dropped, or not written yet. */
  at(index: number): WrittenFrame | undefined {
    return this.#frames.at(index - this.#firstIndex);
  }

  /** Forgets everything up to and including `seq`. */
  cover(seq: number): void {
    for (let oldest = this.#frames.at(0); oldest && oldest.at.seq <= seq;) {
      this.#drop();
      oldest = this.#frames.at(0);
    }
  }

  /** Forgets all but the newest `frames`. */
  keep(frames: number): void {
    while (this.#frames.length > frames) this.#drop();
  }

  #drop(): void {
    this.#frames.shift();
    this.#firstIndex++;
  }
}
