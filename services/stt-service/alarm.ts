import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";

/** One timer that can be moved. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #cancel: Cancel | undefined;
  #atMs: number | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings once at `atMs`, or not at all; what was set before no longer counts. */
  set(atMs: number | undefined): void {
    if (atMs === this.#atMs) return;
    this.#cancel?.();
    this.#atMs = atMs;
    this.#cancel = atMs === undefined
      ? undefined
      : after(this.#clock, atMs - this.#clock.now(), () => {
        this.#atMs = undefined;
        this.#ring();
      });
  }

  stop(): void {
    this.set(undefined);
  }
}
