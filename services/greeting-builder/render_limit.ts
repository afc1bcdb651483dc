/** How often the synthesizer may be asked. */
import type { Clock } from "shared/clock/clock.ts";

/** An idle builder may begin with what it has not asked for so long. */
const BURST_MS = 10_000;

/**
 * Lets so many pass in a minute, evenly, after a first burst of ten seconds' worth. Who comes first passes first.
 *
 * This is the generic cell rate algorithm: one number says when the next one is due.
 */
export class RenderLimit {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #nextDueMs = -Infinity;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#intervalMs = 60_000 / perMinute;
  }

  /** Resolves when the next one may begin. @throws the reason of `signal`. */
  async pass(signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.now();
    const dueMs = Math.max(this.#nextDueMs, nowMs - BURST_MS);
    this.#nextDueMs = dueMs + this.#intervalMs;
    if (dueMs > nowMs) await this.#clock.sleepUntil(dueMs, signal);
    signal.throwIfAborted();
  }
}
