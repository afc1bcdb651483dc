import { decodeJson } from "shared/bus/codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { Offer } from "shared/bus/messages.ts";
import { ALL_TELEMETRY, type Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { readSettings } from "shared/runtime/env.ts";
import { healthRoutes, type RouteHandler } from "shared/runtime/health.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { FallbackVerb } from "shared/store/business.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import {
  type CallEnd,
  type CallOptions,
  type FakeCall,
  placeCall,
} from "shared/testing/fake_twilio/fake_twilio.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { z } from "zod";
import { type EdgeSettings, edgeSettings } from "../config.ts";
import { type Edge, startEdge } from "../edge.ts";
import { DialogLine } from "./dialog_line.ts";
import { aBusiness } from "./fixtures.ts";
import { ScriptedWorker, type ScriptedWorkerOptions } from "./scripted_worker.ts";
import { SttLine, type WorkerLine } from "./worker_line.ts";

/** Longer than anything takes on a machine with other work. */
export const LONG_MS = 8_000;
const POLL_MS = 10;

export interface EdgeBenchOptions {
  readonly settings?: Partial<EdgeSettings>;
  /** The clock of the edge and its bus; the sockets are real in any case. */
  readonly clock?: Clock;
  readonly logText?: boolean;
  /** The workers that are there from the beginning. Default: both. */
  readonly workers?: readonly Role[];
  readonly fallback?: FallbackVerb;
  /** What is served beside Twilio. Default: health and metrics. */
  readonly routes?: RouteHandler;
}

/** The edge as a whole on a port of its own, with scripted workers on its bus, called by a simulated Twilio. */
export class EdgeBench implements AsyncDisposable {
  readonly bus: MemoryBus;
  /** The edge's connection to it. */
  readonly edgeBus: LossyBus;
  readonly stores: MemoryStores;
  readonly metrics = new Metrics();
  readonly stt: ScriptedWorker<SttLine>;
  readonly dialog: ScriptedWorker<DialogLine>;
  /** The time of the log alone, by which it holds lines back. */
  readonly logClock = new FakeClock();
  readonly log: string[] = [];
  /** The lines for people. */
  readonly printed: string[] = [];
  /** When each of them was printed, in real time. */
  readonly printedMs: number[] = [];
  /** What went out on `kav.telemetry.>`. */
  readonly telemetry: { readonly subject: string; readonly json: Record<string, unknown> }[] = [];
  readonly edge: Edge;
  readonly #clock: Clock;
  readonly #calls: FakeCall[] = [];
  readonly #workers: { hang(): void }[] = [];

  constructor(options: EdgeBenchOptions = {}) {
    const { clock = new SystemClock(), workers = ["stt", "dialog"] } = options;
    this.#clock = clock;
    this.bus = new MemoryBus({ clock, streams: KAV_STREAMS });
    this.edgeBus = new LossyBus(this.bus, clock);
    this.stores = new MemoryStores({ clock });
    this.stt = this.sttWorker("stt-1");
    this.dialog = this.dialogWorker("dialog-1");
    for (const role of workers) this[role].join();
    this.bus.subscribe(ALL_TELEMETRY, ({ subject, data }) => {
      const decoded = decodeJson(z.record(z.string(), z.unknown()), data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.telemetry.push({ subject, json: decoded.value });
    });
    this.edge = startEdge({
      bus: this.edgeBus,
      clock,
      stores: this.stores,
      settings: { ...defaultSettings(), port: 0, ...options.settings },
      businesses: [aBusiness("demo", "+15550100002", options.fallback)],
      hostname: "127.0.0.1",
      log: new LineLog({ write: (line) => this.log.push(line), clock: this.logClock }),
      print: (line) => {
        this.printed.push(line);
        this.printedMs.push(performance.now());
      },
      logText: options.logText ?? false,
      metrics: this.metrics,
      routes: options.routes ??
        healthRoutes({ ready: () => this.edge.ready(), metrics: this.metrics }),
    });
  }

  /** Another worker; it has not joined yet. */
  sttWorker(instance: string): ScriptedWorker<SttLine> {
    const open = (bus: Bus, offer: Offer) => new SttLine(bus, offer);
    return this.#worker({ bus: this.bus, clock: this.#clock, role: "stt", instance, open });
  }

  /** Another worker; it has not joined yet. */
  dialogWorker(instance: string): ScriptedWorker<DialogLine> {
    const open = (bus: Bus, offer: Offer) => new DialogLine(bus, offer);
    return this.#worker({ bus: this.bus, clock: this.#clock, role: "dialog", instance, open });
  }

  #worker<L extends WorkerLine>(options: ScriptedWorkerOptions<L>): ScriptedWorker<L> {
    const worker = new ScriptedWorker(options);
    this.#workers.push(worker);
    return worker;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.edge.port}`;
  }

  /** Places a call; resolves when its stream is open, or it has ended without one. */
  async place(options: Partial<CallOptions> = {}): Promise<FakeCall> {
    const call = await placeCall({ webhook: this.origin, ...options });
    this.#calls.push(call);
    return call;
  }

  /** Places a call; resolves when both workers have it. */
  async talk(options: Partial<CallOptions> = {}): Promise<FakeCall> {
    const call = await this.place(options);
    const { callSid } = call;
    const spokenTo = () => this.dialog.find(callSid)?.credits.length;
    const heard = () => this.stt.find(callSid)?.frames.length;
    await eventually(() => Boolean(spokenTo() && heard()), "both workers");
    return call;
  }

  /** A sample as `/metrics` shows it, e.g. `kav_calls_total{reason="transfer"}`; 0 when there is none. */
  async sample(name: string): Promise<number> {
    const lines = (await this.metrics.text()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
  }

  badInput(reason: string): Promise<number> {
    return this.sample(`kav_twilio_bad_input_total{reason="${reason}"}`);
  }

  /** Resolves when the bus carries `count` more frames of each of these callers. */
  async flows(calls: readonly FakeCall[], count = 5): Promise<void> {
    const heard = (call: FakeCall) => this.stt.line(call).frames.length;
    const targets = calls.map((call) => heard(call) + count);
    await eventually(() => calls.every((call, i) => heard(call) >= targets[i]!), "more frames");
  }

  /** Speaks an utterance; resolves when the caller has heard it, and the dialog knows. */
  async hears(call: FakeCall, { utterance = 1, frames = 5 } = {}): Promise<void> {
    const line = this.dialog.line(call);
    await line.speak(utterance, frames);
    const played = () =>
      line.events.some((event) => event.kind === "mark_played" && event.utterance === utterance);
    await eventually(played, "the end of the utterance");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#calls.map((call) => call.hangUp()));
    await this.edge.stop();
    for (const worker of this.#workers) worker.hang();
    await this.bus.close();
  }
}

/** Looks every 10 ms, of real time, until there is something. @throws (rejects) when that takes too long. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  timeoutMs = LONG_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Cannot see ${what} within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function defaultSettings(): EdgeSettings {
  const read = readSettings(edgeSettings, () => undefined);
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.values;
}

/** The end of a call, which must come soon. */
export async function endOf(call: FakeCall): Promise<CallEnd> {
  let end: CallEnd | undefined;
  call.ended.then((result) => end = result);
  return await eventually(() => end, "the end of the call");
}

/** The streamSid of a call's first stream. */
export function streamSidOf(call: FakeCall): string {
  return call.timeline.of("stream_started")[0]!.streamSid;
}

/** How the edge closed a call's first stream; undefined while it is open, or when it broke. */
export function closeOf(call: FakeCall): { code: number; reason: string } | undefined {
  const end = call.timeline.of("stream_ended")[0]?.end;
  return end?.kind === "closed" ? { code: end.code, reason: end.reason } : undefined;
}
