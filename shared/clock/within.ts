import type { Clock } from "./clock.ts";

export type WithinResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: "timeout" }
  | { readonly ok: false; readonly reason: "failed"; readonly cause: unknown };

/** Waits for `work` until `limitMs` have passed. Late work goes on by itself; its failure is swallowed. */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  work: () => Promise<T>,
): Promise<WithinResult<T>> {
  const done = new AbortController();
  const outcome = attempt(work).finally(() => done.abort());
  const timeout = clock.sleepUntil(clock.now() + limitMs, done.signal).then((reached) =>
    reached ? { ok: false, reason: "timeout" } as const : outcome
  );
  return await Promise.race([outcome, timeout]);
}

async function attempt<T>(work: () => Promise<T>): Promise<WithinResult<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (cause) {
    return { ok: false, reason: "failed", cause };
  }
}
