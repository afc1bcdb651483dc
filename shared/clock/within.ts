import { type Clock, ENDED } from "./clock.ts";

export type WithinResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: "timeout" }
  | { readonly ok: false; readonly reason: "failed"; readonly cause: unknown };

/** A limit that is noticed so much too late: this process stood still, and what came meanwhile is still to be read. */
const LATE_MS = 5;
const READ_MS = 50;

/**
 * Waits for `work` until `limitMs` have passed; a stall of this process never makes a `timeout` of work that was
 * done meanwhile. Late work goes on by itself; its failure is swallowed.
 */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  work: () => Promise<T>,
): Promise<WithinResult<T>> {
  const done = new AbortController();
  const outcome = attempt(work).finally(() => done.abort(ENDED));
  const deadlineMs = clock.now() + Math.max(0, limitMs);
  const timeout = hasPassed(clock, deadlineMs, done.signal).then((passed) =>
    passed ? { ok: false, reason: "timeout" } as const : outcome
  );
  return await Promise.race([outcome, timeout]);
}

/** @returns false when aborted before. */
async function hasPassed(clock: Clock, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  if (!await clock.sleepUntil(deadlineMs, signal)) return false;
  if (clock.now() - deadlineMs < LATE_MS) return true;
  return await clock.sleepUntil(clock.now() + READ_MS, signal);
}

async function attempt<T>(work: () => Promise<T>): Promise<WithinResult<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (cause) {
    return { ok: false, reason: "failed", cause };
  }
}
