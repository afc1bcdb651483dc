import type { Clock } from "./clock.ts";

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
          // A timer may fire a fraction early; then it is set again.
          timer = setTimeout(check, leftMs);
        }
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      check();
    });
  }
}
