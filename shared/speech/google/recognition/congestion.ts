import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";

/** Writes that the transport has not taken: from here on no more are made. */
const HIGH_WRITES = 100;
/** Below it they are made again. */
const LOW_WRITES = 50;
const LOOK_MS = 50;
/** Congested for so long, the stream is taken for broken. */
const PATIENCE_MS = 2_000;

export interface CongestionListener {
  onRelieved(): void;
  /** To be stopped then: it goes on to look. */
  onPersists(): void;
}

/** Whether a stream's transport takes what is written to it: libraries queue without bound and tell nobody. */
export class Congestion {
  readonly #clock: Clock;
  readonly #listener: CongestionListener;
  #stopLooking: Cancel | undefined;

  constructor(clock: Clock, listener: CongestionListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  get isCongested(): boolean {
    return this.#stopLooking !== undefined;
  }

  /** To be called after writes. */
  observe(stream: { readonly pendingWrites: number }): void {
    if (this.#stopLooking || stream.pendingWrites <= HIGH_WRITES) return;
    const sinceMs = this.#clock.now();
    this.#stopLooking = every(this.#clock, LOOK_MS, () => {
      if (stream.pendingWrites < LOW_WRITES) {
        this.stop();
        this.#listener.onRelieved();
      } else if (this.#clock.now() - sinceMs > PATIENCE_MS) {
        this.#listener.onPersists();
      }
    });
  }

  /** The stream is no longer written to. */
  stop(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }
}
