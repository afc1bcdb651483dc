import { type Clock, ENDED } from "./clock.ts";

/** Ends a timer; calling it again does nothing. */
export type Cancel = () => void;

/** Calls `fn` once, `delayMs` from now, unless cancelled before. */
export function after(clock: Clock, delayMs: number, fn: () => void): Cancel {
  const abort = new AbortController();
  clock.sleepUntil(clock.now() + delayMs, abort.signal).then((reached) => {
    if (reached && !abort.signal.aborted) fn();
  });
  return () => abort.abort(ENDED);
}

/**
 * Calls `fn` every `periodMs` by absolute deadlines until cancelled. Periods missed while the process was
 * stalled are skipped, not made up for.
 */
export function every(clock: Clock, periodMs: number, fn: () => void): Cancel {
  const abort = new AbortController();
  const loop = async () => {
    let deadline = clock.now() + periodMs;
    while (await clock.sleepUntil(deadline, abort.signal)) {
      if (abort.signal.aborted) return;
      fn();
      const missed = Math.floor((clock.now() - deadline) / periodMs);
      deadline += (1 + Math.max(0, missed)) * periodMs;
    }
  };
  loop();
  return () => abort.abort(ENDED);
}
