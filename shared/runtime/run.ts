import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "./log.ts";
import type { Service } from "./service.ts";

/** How long all `stop` calls may take together before the process ends regardless. */
export const STOP_TIMEOUT_MS = 5_000;

/**
 * What comes so soon after the first signal is the same one: a terminal sends Ctrl-C to every process in front,
 * and `npx` and `deno task` hand on what they get.
 */
export const SAME_SIGNAL_MS = 1_000;

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
export type StopSignal = keyof typeof SIGNAL_NUMBERS;

/** Calls `listener` for each signal until the returned function is called. */
export type OnSignal = (listener: (signal: StopSignal) => void) => () => void;

export interface RunOptions {
  readonly log: Log;
  /** How long calls may take to end after the first signal. */
  readonly drainTimeoutMs: number;
  readonly clock?: Clock;
  readonly onSignal?: OnSignal;
}

/**
 * Runs started services until SIGTERM or SIGINT, then ends them:
 *
 * 1. First signal: all drain at the same moment, for at most `drainTimeoutMs`.
 * 2. A second signal, a second later at the earliest, ends the wait.
 * 3. All stop, the last started first, for at most {@link STOP_TIMEOUT_MS}.
 *
 * Waiting for a signal does not keep a process alive: what it runs must (a server does).
 *
 * @returns the exit code: 0 when all calls ended and everything stopped, 1 when something failed or took too
 * long, 128 + the signal's number when a second signal cut it short.
 */
export async function runUntilSignal(
  services: readonly Service[],
  { log, drainTimeoutMs, clock = new SystemClock(), onSignal = onDenoSignal }: RunOptions,
): Promise<number> {
  const first = Promise.withResolvers<StopSignal>();
  const second = Promise.withResolvers<StopSignal>();
  let firstMs: number | undefined;
  const removeListener = onSignal((signal) => {
    firstMs ??= clock.now();
    first.resolve(signal);
    if (clock.now() - firstMs >= SAME_SIGNAL_MS) second.resolve(signal);
  });
  try {
    const signal = await first.promise;
    log.info("draining", { signal, timeout_ms: drainTimeoutMs });
    const drained = drainAll(services, log);
    const waited = await within(
      clock,
      drainTimeoutMs,
      () => Promise.race([drained, second.promise]),
    );
    const outcome = waited.ok ? waited.value : "timeout";
    if (outcome === "timeout") log.warn("drain timed out", { timeout_ms: drainTimeoutMs });
    const stopped = await stopAll(services, log, clock);
    log.info("stopped", { clean: outcome === "done" && stopped });
    if (outcome === "SIGINT" || outcome === "SIGTERM") return 128 + SIGNAL_NUMBERS[outcome];
    return outcome === "done" && stopped ? 0 : 1;
  } finally {
    removeListener();
  }
}

type Outcome = "done" | "failed";

async function drainAll(services: readonly Service[], log: Log): Promise<Outcome> {
  const outcomes = await Promise.all(
    services.map((service) => attempted(service.name, "drain", () => service.drain(), log)),
  );
  return outcomes.every(Boolean) ? "done" : "failed";
}

async function stopAll(services: readonly Service[], log: Log, clock: Clock): Promise<boolean> {
  const stopping = (async () => {
    let clean = true;
    for (const service of services.toReversed()) {
      clean = await attempted(service.name, "stop", () => service.stop(), log) && clean;
    }
    return clean;
  })();
  const waited = await within(clock, STOP_TIMEOUT_MS, () => stopping);
  if (!waited.ok) log.error("stop timed out", { timeout_ms: STOP_TIMEOUT_MS });
  return waited.ok && waited.value;
}

/** Whether it went well; a failure of one service must not keep the others from ending. */
async function attempted(
  service: string,
  what: string,
  act: () => Promise<void>,
  log: Log,
): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    log.error(`${what} failed`, { service, error: String(error) });
    return false;
  }
}

/** SIGTERM and SIGINT of this process. */
export function onDenoSignal(listener: (signal: StopSignal) => void): () => void {
  const removers = (Object.keys(SIGNAL_NUMBERS) as StopSignal[]).map((signal) => {
    const handler = () => listener(signal);
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return () => removers.forEach((remove) => remove());
}
