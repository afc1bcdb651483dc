import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { RxFrame } from "./reader.ts";

/** The caller's last seconds, overwritten oldest-first: every frame, whoever has had it. */
export class ReplayRing {
  readonly #frames: BoundedQueue<RxFrame>;
  #newestSeq = -1;

  constructor(capacity: number) {
    this.#frames = new BoundedQueue(capacity);
  }

  /** The last frame; -1 before the first. */
  get newestSeq(): number {
    return this.#newestSeq;
  }

  /** The first frame that is not overwritten; one behind the newest while there is none. */
  get oldestSeq(): number {
    return this.#newestSeq - this.#frames.length + 1;
  }

  /** The next frame: their numbers have no gaps. */
  push(frame: RxFrame): void {
    this.#frames.push(frame);
    this.#newestSeq = frame.seq;
  }

  /** The frame of that number; undefined when it is overwritten or has not come yet. */
  at(seq: number): RxFrame | undefined {
    return this.#frames.at(seq - this.oldestSeq);
  }

  /**
   * When (our clock) the frame at stream time `streamMs` had arrived; undefined when it is not in the ring.
   * Looks from the newest back: what is asked for is recent.
   */
  receivedMs(streamMs: number): number | undefined {
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const frame = this.#frames.at(i)!;
      if (frame.streamMs <= streamMs) {
        return streamMs < frame.streamMs + FRAME_MS ? frame.receivedMs : undefined;
      }
    }
    return undefined;
  }
}
