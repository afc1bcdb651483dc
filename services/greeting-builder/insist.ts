import type { Clock } from "shared/clock/clock.ts";

export interface InsistOptions {
  readonly clock: Clock;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Aborted: what fails is not tried again. */
  readonly signal: AbortSignal;
  readonly onRetry: (error: unknown, retryMs: number) => void;
}

/**
 * Tries until it succeeds, with pauses that double.
 *
 * @throws what it failed with, once `signal` is aborted.
 */
export async function insist<T>(work: () => Promise<T>, options: InsistOptions): Promise<T> {
  const { clock, firstRetryMs, longestRetryMs, signal, onRetry } = options;
  for (let retryMs = firstRetryMs;; retryMs = Math.min(longestRetryMs, 2 * retryMs)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      onRetry(error, retryMs);
      if (!await clock.sleepUntil(clock.now() + retryMs, signal)) throw error;
    }
  }
}
