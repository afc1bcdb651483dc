import type { Bus } from "shared/bus/bus.ts";
import type { NatsOptions } from "shared/bus/nats_options.ts";
import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { ReadFile } from "../business_file.ts";
import type { GetEnv } from "../env.ts";
import { stderrWriter } from "../line_log.ts";
import { onDenoSignal, type OnSignal } from "../run.ts";
import { openStores } from "../store_choice.ts";
import { serveHealth } from "./health_server.ts";

/** The outside world of a service run alone; tests put their own in its place. */
export interface StandaloneIo {
  readonly args: readonly string[];
  readonly getEnv: GetEnv;
  /** Takes a line for standard output. */
  readonly print: (line: string) => void;
  /** Takes a line for standard error, line feed included. */
  readonly writeError: (line: string) => void;
  readonly readFile: ReadFile;
  readonly onSignal: OnSignal;
  readonly clock: Clock;
  readonly connectBus: (options: NatsOptions, signal: AbortSignal) => Promise<Bus>;
  readonly openStores: typeof openStores;
  readonly serveHealth: typeof serveHealth;
}

/** The real one. */
export const standaloneIo: Omit<StandaloneIo, "args" | "getEnv" | "print"> = {
  writeError: stderrWriter,
  readFile: Deno.readTextFileSync,
  onSignal: onDenoSignal,
  clock: new SystemClock(),
  connectBus: async (options, signal) => {
    // Not needed to explain oneself, or to refuse settings.
    const { NatsBus } = await import("shared/bus/nats_bus.ts");
    return await NatsBus.connect(options, signal);
  },
  openStores,
  serveHealth,
};
