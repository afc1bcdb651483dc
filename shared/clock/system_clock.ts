import type { Clock } from "./clock.ts";

/** A timer's delay is a 32-bit number; a longer sleep is made of several. */
const LONGEST_TIMER_MS = 86_400_000;

/** The real clock: `performance.now()` and timers. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  sleepUntil(deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const onAbort = () => {
        clearTimeout(timer);
        resolve(false);
      };
      const check = () => {
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) {
          signal?.removeEventListener("abort", onAbort);
          resolve(true);
        } else {
          // A timer may also fire a fraction early.
          timer = setTimeout(check, Math.min(leftMs, LONGEST_TIMER_MS));
        }
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      check();
    });
  }
}
