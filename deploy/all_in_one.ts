import type { Bus } from "shared/bus/bus.ts";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { within } from "shared/clock/within.ts";
import { LineLog, stderrWriter } from "shared/runtime/line_log.ts";
import { firstToAnswer, healthRoutes } from "shared/runtime/health.ts";
import type { Log } from "shared/runtime/log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import { openStores } from "shared/runtime/store_choice.ts";
import type { Stores } from "shared/store/stores.ts";
import { type DialogTtsOptions, startDialogTts } from "services/dialog-tts-service/dialog_tts.ts";
import { startGreetingBuilder } from "services/greeting-builder/greeting_builder.ts";
import { startStt } from "services/stt-service/stt.ts";
import { type Edge, type EdgeDeps, startEdge } from "services/ws-edge/edge.ts";
import type { Configuration } from "./configuration.ts";
import type { EngineParts, Engines } from "./engines.ts";

/** A store that is away must not keep callers from an answer: they hear the emergency greeting. */
const PREPARE_LIMIT_MS = 5_000;
/** The streams live in this process's memory. */
const MAX_STREAM_MESSAGES = 1_000;

export interface AllInOneOptions {
  readonly configuration: Configuration;
  /** Chooses the engines, which are opened here, and closed by `stop`. */
  readonly chooseEngines: (configuration: Configuration, parts: EngineParts) => Promise<Engines>;
  /** The address to listen on. */
  readonly hostname: string;
  /** Takes the telemetry lines. */
  readonly print: (line: string) => void;
  /** Takes the log; default: standard error. */
  readonly writeLog?: (line: string) => void;
  /** Default: the real one. */
  readonly clock?: Clock;
  /** Opens the edge; default: on a port. */
  readonly openEdge?: (deps: EdgeDeps) => Edge;
  /** What the dialog service measures words with, and reaches others through. */
  readonly dialogParts?: Pick<DialogTtsOptions, "weigh" | "fetch" | "postToTool">;
  /** Wraps the bus of one service, for tests that lose messages. */
  readonly busOf?: (service: Service["name"], bus: Bus) => Bus;
}

export interface AllInOne {
  readonly edge: Edge;
  readonly engines: Engines;
  /** In the order in which they were started. */
  readonly services: readonly Service[];
  readonly bus: Bus;
  readonly stores: Stores;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Ends everything at once: calls, timers, workers, sockets. */
  stop(): Promise<void>;
}

/** Starts every service in this process, over a bus in memory. Ready when it returns. */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const { configuration, hostname, print } = options;
  const { logText } = configuration.process;
  const { closeStores, ...common } = await commonParts(options);
  const engines = await options.chooseEngines(configuration, common);
  const { recognizer, synthesizer, lastResort, vads } = engines;
  const { bus, clock, stores, log, metrics } = common;
  const busOf = (service: string) => options.busOf?.(service, bus) ?? bus;

  await Promise.all([recognizer.open(), synthesizer.open()]);
  const builder = startGreetingBuilder({
    ...common,
    ...configuration.builder,
    bus: busOf("greeting-builder"),
    synthesizer,
    instance: "greetings-1",
  });
  await within(clock, PREPARE_LIMIT_MS, () => builder.prepared);
  const dialog = await startDialogTts({
    ...common,
    ...options.dialogParts,
    bus: busOf("dialog-tts-service"),
    synthesizer,
    lastResort,
    settings: configuration.dialog,
    instance: "dialog-1",
  });
  const stt = await startStt({
    ...common,
    bus: busOf("stt-service"),
    recognizer,
    vads,
    settings: configuration.stt,
    businesses: configuration.businesses,
    instance: "stt-1",
  });
  const health = healthRoutes({ ready: () => edge.ready(), metrics });
  // Twilio's port is open to the world: without a token there is nothing to be found.
  const api = configuration.builder.adminToken === undefined ? [] : [builder.routes];
  const edge = (options.openEdge ?? startEdge)({
    ...common,
    bus: busOf("ws-edge"),
    settings: configuration.edge,
    hostname,
    routes: firstToAnswer(health, ...api),
    print,
    logText,
  });
  const services = [builder, dialog, stt, edge];
  const stop = async () => {
    for (const service of services.toReversed()) await service.stop();
    await Promise.all([recognizer.close(), synthesizer.close()]);
    await bus.close();
    await closeStores();
  };
  return { edge, engines, services, bus, stores, log, metrics, stop };
}

/** What all services of the process share. */
async function commonParts(
  { configuration, writeLog = stderrWriter, clock = new SystemClock() }: AllInOneOptions,
) {
  const { businesses, process: { logText, logLevel }, store: { redisUrl } } = configuration;
  const log = new LineLog({ write: writeLog, clock, level: logLevel, logText });
  for (const warning of configuration.warnings) log.warn(warning);
  const metrics = new Metrics();
  const bus = new MemoryBus({
    clock,
    streams: KAV_STREAMS.map((spec) => ({ ...spec, maxMessages: MAX_STREAM_MESSAGES })),
    onError: (error, subject) => log.error("bus handler failed", { subject, error: String(error) }),
  });
  const chosen = await openStores({ redisUrl, businesses, clock, log, metrics });
  return { clock, log, bus, metrics, businesses, stores: chosen.stores, closeStores: chosen.close };
}
