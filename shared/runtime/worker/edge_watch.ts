import type { Bus } from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";

/** The edge sends something at least once a second; after so long without anything the call is gone. */
const SILENCE_MS = 10_000;
const CHECK_MS = 1_000;

/** Notices that nothing comes from a call's edge any more. Stands still while the bus itself is away. */
export class EdgeWatch {
  readonly #clock: Clock;
  readonly #cancel: Cancel;
  #heardMs: number;

  constructor(bus: Bus, clock: Clock, onSilent: () => void) {
    this.#clock = clock;
    this.#heardMs = clock.now();
    this.#cancel = every(clock, CHECK_MS, () => {
      if (!bus.connected) this.heard();
      else if (clock.now() - this.#heardMs >= SILENCE_MS) onSilent();
    });
  }

  /** Something came. */
  heard(): void {
    this.#heardMs = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }
}
