/**
 * Time as an argument. Pure cores take `now` (milliseconds); loops take a {@link Clock}, so that tests
 * move time by hand.
 */
export interface Clock {
  /** Monotonic time in milliseconds, fractions included. The origin is arbitrary. */
  now(): number;

  /**
   * Sleeps until the monotonic time `deadlineMs`, never resolving before it.
   *
   * @returns true when the deadline was reached, false when `signal` was aborted first. Never rejects.
   */
  sleepUntil(deadlineMs: number, signal?: AbortSignal): Promise<boolean>;
}

/** The reason to abort a sleep with: without one, `abort` makes an exception with its stack each time. */
export const ENDED = "ended";
