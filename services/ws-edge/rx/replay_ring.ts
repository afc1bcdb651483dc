import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { RxFrame } from "./reader.ts";

/** The caller's last seconds, overwritten oldest-first; nothing waits in it. */
export class ReplayRing {
  readonly #frames: BoundedQueue<RxFrame>;

  constructor(capacity: number) {
    this.#frames = new BoundedQueue(capacity);
  }

  push(frame: RxFrame): void {
    this.#frames.push(frame);
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
