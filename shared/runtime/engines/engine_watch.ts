import type { BreakerChange } from "shared/speech/chain/breakers.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";

export interface EngineWatchOptions {
  /** As the chain names them. */
  readonly engines: readonly string[];
  /** What they do; behind an engine's name it is as people know it: `google-stt`. */
  readonly task: "stt" | "tts";
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Takes a chain's outages: one line each for people, and metrics. */
export function engineWatch(
  { engines, task, log, metrics }: EngineWatchOptions,
): (change: BreakerChange) => void {
  const failures = metrics.counter(
    "kav_engine_failures_total",
    "Outages of speech engines, or of one language and voice of them, by kind",
    ["engine", "kind"],
  );
  const open = metrics.gauge(
    "kav_engine_open",
    "Whether calls do without a speech engine for now: 1 or 0",
    ["engine"],
  );
  const nameOf = (engine: string) => `${engine}-${task}`;
  for (const engine of engines) open.set({ engine: nameOf(engine) }, 0);
  return ({ engine: key, variant, state, failure }) => {
    const engine = nameOf(key);
    // One language and voice of it is no outage of the engine.
    if (variant === undefined) open.set({ engine }, state === "open" ? 1 : 0);
    if (state === "closed") return log.info("engine works again", { engine, variant });
    const kind = failure instanceof EngineFailure ? failure.kind : "broken";
    failures.inc({ engine, kind });
    log.error("engine failed: calls do without it", { engine, variant, reason: failure?.message });
  };
}
