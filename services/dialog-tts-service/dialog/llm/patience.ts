import { type Clock, ENDED } from "shared/clock/clock.ts";

/** Noticed so much too late: this process stood still, and what came meanwhile is still to be read. */
const LATE_MS = 5;
const READ_MS = 50;

/** Calls back once, `ms` after the last `touch`, unless it was stopped. One timer, however often it is touched. */
export class Patience {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #stopped = new AbortController();
  #sinceMs: number;

  constructor(clock: Clock, ms: number, onOver: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#sinceMs = clock.now();
    this.#wait(onOver);
  }

  /** The time begins anew. */
  touch(): void {
    this.#sinceMs = this.#clock.now();
  }

  stop(): void {
    this.#stopped.abort(ENDED);
  }

  async #wait(onOver: () => void): Promise<void> {
    const { signal } = this.#stopped;
    let wakeMs = this.#sinceMs + this.#ms;
    while (await this.#clock.sleepUntil(wakeMs, signal)) {
      if (signal.aborted) return;
      const endMs = this.#sinceMs + this.#ms;
      const nowMs = this.#clock.now();
      if (endMs > nowMs) wakeMs = endMs;
      else if (nowMs - wakeMs >= LATE_MS) wakeMs = nowMs + READ_MS;
      else return onOver();
    }
  }
}
