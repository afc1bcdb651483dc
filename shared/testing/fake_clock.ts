import { setImmediate } from "node:timers";
import type { Clock } from "shared/clock/clock.ts";

interface Sleeper {
  readonly deadlineMs: number;
  readonly wake: () => void;
}

/**
 * A clock that moves only when told.
 *
 * - `advance` visits every deadline on its way, in order, and lets all that follows from each one run.
 * - `jump` moves at once to the new time, as a stalled process sees it: everything due in between is late.
 */
export class FakeClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  /** How many sleeps have not ended: a leak check for tests. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  sleepUntil(deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return Promise.resolve(false);
    if (deadlineMs <= this.#nowMs) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (reached: boolean) => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", onAbort);
        resolve(reached);
      };
      const onAbort = () => end(false);
      const sleeper: Sleeper = { deadlineMs, wake: () => end(true) };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Moves `ms` forward, through every deadline on the way. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#earliest(targetMs); next; next = this.#earliest(targetMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.deadlineMs);
      next.wake();
      await settle();
    }
    this.#nowMs = targetMs;
    await settle();
  }

  /** Moves from deadline to deadline until `done`, `limitMs` at most. @returns whether it is done. */
  async advanceUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const targetMs = this.#nowMs + limitMs;
    await settle();
    for (let next = this.#earliest(targetMs); next && !done(); next = this.#earliest(targetMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.deadlineMs);
      next.wake();
      await settle();
    }
    return done();
  }

  /** Moves `ms` forward at once; whatever came due in between wakes late, in order of deadline. */
  async jump(ms: number): Promise<void> {
    await settle();
    this.#nowMs += ms;
    for (let next = this.#earliest(this.#nowMs); next; next = this.#earliest(this.#nowMs)) {
      next.wake();
    }
    await settle();
  }

  #earliest(limitMs: number): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.deadlineMs > limitMs) continue;
      if (!earliest || sleeper.deadlineMs < earliest.deadlineMs) earliest = sleeper;
    }
    return earliest;
  }
}

/** Lets everything that is ready to run, run: microtasks to exhaustion, and two turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
