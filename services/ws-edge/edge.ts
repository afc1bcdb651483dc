import type { Bus } from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";
import type { RouteHandler } from "shared/runtime/health.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import { BusinessDirectory } from "./business_directory.ts";
import { CallEnding } from "./call_ending.ts";
import { CallRecords } from "./call_records.ts";
import type { SessionContext } from "./call_session.ts";
import { CountedBus } from "./counted_bus.ts";
import { type EdgeSettings, signaturePolicy } from "./config.ts";
import { edgeMetrics } from "./edge_metrics.ts";
import { ExpectedStreams } from "./expected_streams.ts";
import { NextActions } from "./next_actions.ts";
import { OpenLines } from "./open_lines.ts";
import type { StreamSocket } from "./stream_connection.ts";
import { StreamGate } from "./stream_gate.ts";
import { TelemetryDesk } from "./telemetry/telemetry_desk.ts";
import type { CallControl } from "./twilio_rest/call_control.ts";
import { restCredentials } from "./twilio_rest/rest_credentials.ts";
import { TwilioRest } from "./twilio_rest/twilio_rest.ts";
import { PacingClock } from "./tx/pacing_clock.ts";
import { createWebhook } from "./webhook.ts";
import { WorkerWatch } from "./worker_watch.ts";

/** How often every call is looked after: keep-alive, stalls, the second's report. */
const WATCH_PERIOD_MS = 250;
const DRAIN_POLL_MS = 100;
/** How old the copies of businesses may be that serve while the store is away. */
const REFRESH_PERIOD_MS = 30_000;
/** How long stopping waits for a store or a bus to take the last records. */
const RECORDS_DRAIN_MS = 1_000;
const SECRET_BYTES = 32;

export interface EdgeDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Stores;
  readonly settings: EdgeSettings;
  /** The content of the business file: used where the store is away; the first takes unknown numbers. */
  readonly businesses: readonly [Business, ...Business[]];
  /** The address to listen on. */
  readonly hostname: string;
  readonly log: Log;
  /** Takes the telemetry lines. */
  readonly print: (line: string) => void;
  /** Whether callers' words may be shown. */
  readonly logText: boolean;
  readonly metrics: Metrics;
  /** What is served beside Twilio, on its port; unset: only Twilio is. */
  readonly routes?: RouteHandler;
}

export interface Edge extends Service {
  readonly port: number;
  /** Where Twilio reaches us. */
  readonly publicUrl: string;
  /** Whether Twilio's signatures are checked. */
  readonly validates: boolean;
  readonly calls: number;
}

/** How requests reach an edge that does not listen itself. */
export interface EdgeAccess {
  readonly publicUrl: string;
  /** Makes a WebSocket of a request that asks for one. */
  readonly upgrade: (
    request: Request,
  ) => { readonly socket: StreamSocket; readonly response: Response };
}

/** An edge without a port. */
export interface PortlessEdge extends Omit<Edge, "port"> {
  /** Answers what comes to the port: webhooks, streams, and whatever else is served there. */
  handle(request: Request): Response | Promise<Response>;
}

/**
 * Starts the edge: webhook and streams on one port, and whatever else is to be served there.
 *
 * @throws {Error} when the port is taken, or the settings would let strangers in.
 */
export function startEdge(deps: EdgeDeps): Edge {
  signatureRule(deps);
  // Port 0 means any: the public URL is known once the server listens, before the first request.
  const server = listen(deps, (request) => edge.handle(request));
  const { port } = server.addr;
  const edge = createEdge(deps, {
    publicUrl: deps.settings.publicUrl.replace(/\/$/, "") || `http://127.0.0.1:${port}`,
    // Twilio need not answer pings; the echo of marks proves that the line lives.
    upgrade: (request) => Deno.upgradeWebSocket(request, { idleTimeout: 0 }),
  });
  const { name, publicUrl, validates } = edge;
  return {
    name,
    port,
    publicUrl,
    validates,
    ready: () => edge.ready(),
    get calls() {
      return edge.calls;
    },
    drain: () => edge.drain(),
    async stop() {
      await edge.stop();
      await server.shutdown();
    },
  };
}

/** @throws {Error} when the settings would let strangers in. */
export function createEdge(deps: EdgeDeps, access: EdgeAccess): PortlessEdge {
  const validate = signatureRule(deps);
  const { clock } = deps;
  const rest = twilioRest(deps);
  const context = sessionContext(deps, rest);
  const businesses = businessDirectory(deps);
  const lines = new OpenLines(context, deps.businesses[0].id);
  let draining = false;
  let stopping = false;
  const ready = () => !draining && deps.bus.connected;
  const expected = new ExpectedStreams();
  const front = twilioFront(deps, context, lines, {
    ...access,
    businesses,
    expected,
    validate,
    draining: () => draining,
    stopping: () => stopping,
  });
  const timers = [
    every(clock, WATCH_PERIOD_MS, () => lines.watch()),
    every(clock, REFRESH_PERIOD_MS, () => businesses.refresh()),
  ];

  return {
    name: "ws-edge",
    publicUrl: access.publicUrl,
    validates: validate,
    ready,
    handle: (request) => deps.routes?.(request) ?? front(request),
    get calls() {
      return lines.calls;
    },
    async drain() {
      draining = true;
      const busy = () => lines.connections > 0 || expected.count(clock.now()) > 0;
      while (!stopping && busy()) {
        await clock.sleepUntil(clock.now() + DRAIN_POLL_MS);
      }
    },
    async stop() {
      draining = stopping = true;
      for (const cancel of timers) cancel();
      context.workers.stop();
      await lines.handOver("server_stopped");
      await rest?.stop();
      await context.callRecords.drain(clock.now() + RECORDS_DRAIN_MS);
      await context.pacing.stop();
    },
  };
}

/** @returns whether signatures are checked. */
function signatureRule({ settings }: EdgeDeps): boolean {
  const policy = signaturePolicy(settings);
  if (!policy.ok) throw new Error(`Cannot start the edge: ${policy.problem}`);
  return policy.validate;
}

function businessDirectory({ stores, businesses, clock, log }: EdgeDeps): BusinessDirectory {
  const directory = new BusinessDirectory({
    store: stores.businesses,
    file: businesses,
    clock,
    log,
  });
  directory.refresh();
  return directory;
}

function listen(
  { settings, hostname, log }: EdgeDeps,
  handle: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  const onError = (error: unknown) => {
    log.warnLimited("request", "Cannot answer a request: it is not HTTP as it should be", {
      error: String(error),
    });
    return new Response("bad request", { status: 400 });
  };
  return Deno.serve({ port: settings.port, hostname, onListen: () => {}, onError }, handle);
}

function twilioRest({ settings, clock, log, metrics }: EdgeDeps): TwilioRest | undefined {
  const credentials = restCredentials(settings);
  if (!credentials) return undefined;
  return new TwilioRest({ ...credentials, apiUrl: settings.twilioApiUrl, clock, log, metrics });
}

function sessionContext(deps: EdgeDeps, control: CallControl | undefined): SessionContext {
  const { bus, clock, stores, settings, log } = deps;
  const metrics = edgeMetrics(deps.metrics);
  const nextActions = new NextActions({ store: stores.nextActions, clock, log });
  const countedBus = new CountedBus(bus, { log, onUnsent: () => metrics.busUnsent.inc() });
  const onBadMessage = (subject: string, problem: string) => {
    metrics.badMessages.inc({ subject });
    log.warnLimited(`bad ${subject}`, "bad message on the bus", { subject, problem });
  };
  return {
    bus,
    countedBus,
    workers: new WorkerWatch({ bus, clock, onBadMessage }),
    clock,
    pacing: new PacingClock(clock),
    settings,
    metrics,
    telemetry: new TelemetryDesk(countedBus, deps.print),
    nextActions,
    callEnding: new CallEnding({ nextActions, control, clock }),
    callRecords: new CallRecords({
      bus,
      clock,
      store: stores.callRecords,
      conversations: stores.conversations,
      metrics,
      log,
    }),
    log,
    logText: deps.logText,
  };
}

interface FrontOptions extends EdgeAccess {
  readonly businesses: BusinessDirectory;
  readonly expected: ExpectedStreams;
  readonly validate: boolean;
  readonly draining: () => boolean;
  readonly stopping: () => boolean;
}

/** Everything Twilio asks for: webhooks, and streams where the gate lets them in. */
function twilioFront(
  { clock, settings, log, metrics }: EdgeDeps,
  context: SessionContext,
  lines: OpenLines,
  options: FrontOptions,
): (request: Request) => Response | Promise<Response> {
  const access = {
    ...options,
    authToken: settings.twilioAuthToken,
    tokenSecret: settings.streamTokenSecret ??
      crypto.getRandomValues(new Uint8Array(SECRET_BYTES)).toBase64(),
    unixNow: Date.now,
    log,
    metrics,
  };
  const gate = new StreamGate(access);
  const webhook = createWebhook({
    ...access,
    nextActions: context.nextActions,
    onStream: (call) => options.expected.answered(call, clock.now()),
  });
  return (request) => {
    if (!request.headers.has("upgrade")) return webhook.fetch(request);
    if (options.stopping()) return new Response("stopping", { status: 503 });
    const decision = gate.decide(request);
    if (!decision.ok) return new Response(decision.reason, { status: decision.status });
    const { socket, response } = options.upgrade(request);
    lines.open(socket, decision.callSid, decision.leg);
    options.expected.came(decision.callSid);
    return response;
  };
}
