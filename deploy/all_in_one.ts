import { MemoryBus } from "shared/bus/memory_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { LineLog, stderrWriter } from "shared/runtime/line_log.ts";
import type { Log } from "shared/runtime/log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import type { Bus } from "shared/bus/bus.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { Stores } from "shared/store/stores.ts";
import { startDialogTts } from "services/dialog-tts-service/dialog_tts.ts";
import { fillGreetings } from "services/greeting-builder/greeting_renderer.ts";
import { startStt } from "services/stt-service/stt.ts";
import { type Edge, startEdge } from "services/ws-edge/edge.ts";
import type { Configuration } from "./configuration.ts";
import type { Engines } from "./engines.ts";

export interface AllInOneOptions {
  readonly configuration: Configuration;
  /** Opened here, and closed by `stop`. */
  readonly engines: Pick<Engines, "recognizer" | "synthesizer" | "vads">;
  /** The address to listen on. */
  readonly hostname: string;
  /** Takes the telemetry lines. */
  readonly print: (line: string) => void;
  /** Takes the log; default: standard error. */
  readonly writeLog?: (line: string) => void;
  /** Wraps the bus of one service, for tests that lose messages. */
  readonly busOf?: (service: Service["name"], bus: Bus) => Bus;
}

export interface AllInOne {
  readonly edge: Edge;
  /** In the order in which they were started. */
  readonly services: readonly Service[];
  readonly bus: Bus;
  readonly stores: Stores;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Ends everything at once: calls, timers, workers, sockets. */
  stop(): Promise<void>;
}

/** Starts every service in this process, over a bus and stores in memory. Ready when it returns. */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const { configuration, engines, hostname, print } = options;
  const { logText } = configuration.process;
  const common = commonParts(options);
  const { bus, stores, log, metrics } = common;
  const busOf = (service: string) => options.busOf?.(service, bus) ?? bus;
  for (const business of configuration.businesses) await stores.businesses.put(business);

  const { recognizer, synthesizer, vads } = engines;
  await Promise.all([recognizer.open(), synthesizer.open()]);
  await fillGreetings({ stores, synthesizer, log, now: () => new Date().toISOString() });
  const dialog = await startDialogTts({
    ...common,
    bus: busOf("dialog-tts-service"),
    synthesizer,
    settings: configuration.dialog,
    instance: "dialog-1",
  });
  const stt = await startStt({
    ...common,
    bus: busOf("stt-service"),
    recognizer,
    vads,
    settings: configuration.stt,
    instance: "stt-1",
  });
  const edge = startEdge({
    ...common,
    bus: busOf("ws-edge"),
    settings: configuration.edge,
    businesses: configuration.businesses,
    hostname,
    print,
    logText,
  });
  const services = [dialog, stt, edge];
  const stop = async () => {
    for (const service of services.toReversed()) await service.stop();
    await Promise.all([recognizer.close(), synthesizer.close()]);
    await bus.close();
  };
  return { edge, services, bus, stores, log, metrics, stop };
}

/** What all services of the process share. */
function commonParts({ configuration, writeLog = stderrWriter }: AllInOneOptions) {
  const { logText, logLevel } = configuration.process;
  const clock = new SystemClock();
  const log = new LineLog({ write: writeLog, clock, level: logLevel, logText });
  for (const warning of configuration.warnings) log.warn(warning);
  const bus = new MemoryBus({
    clock,
    onError: (error, subject) => log.error("bus handler failed", { subject, error: String(error) }),
  });
  return { clock, log, bus, metrics: new Metrics(), stores: new MemoryStores({ clock }) };
}
