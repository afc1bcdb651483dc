import type { Bus } from "shared/bus/bus.ts";
import { after, every } from "shared/clock/timers.ts";
import { within } from "shared/clock/within.ts";
import type { Spec } from "../env.ts";
import { LineLog } from "../line_log.ts";
import type { Log } from "../log.ts";
import { Metrics } from "../metrics.ts";
import { runUntilSignal } from "../run.ts";
import { BusWatch } from "./bus_watch.ts";
import type { StandaloneConfiguration } from "./configuration.ts";
import type { HealthServer } from "./health_server.ts";
import type { StandaloneIo } from "./io.ts";
import { SignalRelay } from "./signal_relay.ts";
import type { Standalone, Started } from "./standalone.ts";

/** A refusal until so long after the first readiness ends the process: it would not work, and a restart shows it. */
const REFUSAL_PERIOD_MS = 2_000;
const READY_POLL_MS = 20;
const CLOSE_LIMIT_MS = 2_000;
/** Of a service that serves nothing but its health. */
const noRoutes = () => undefined;

/** One run of {@link runStandalone}. */
export class StandaloneRun<S extends Spec> {
  readonly #standalone: Standalone<S>;
  readonly #configuration: StandaloneConfiguration<S>;
  readonly #io: StandaloneIo;
  readonly #instance: string;
  readonly #log: Log;
  readonly #metrics = new Metrics();
  readonly #watch: BusWatch;
  readonly #signals: SignalRelay;
  /** What ends what was opened, in that order. */
  readonly #closers: (() => Promise<void>)[] = [];
  #bus: Bus | undefined;
  #started: Started | undefined;

  constructor(
    standalone: Standalone<S>,
    configuration: StandaloneConfiguration<S>,
    io: StandaloneIo,
  ) {
    this.#standalone = standalone;
    this.#configuration = configuration;
    this.#io = io;
    const { common, login } = configuration;
    this.#instance = common.instance || newInstance(standalone.user);
    const { logLevel: level, logText } = common;
    this.#log = new LineLog({ write: io.writeError, clock: io.clock, level, logText });
    const user = login.user ?? (login.creds || login.nkeySeed ? "of its key" : "(none)");
    this.#watch = new BusWatch({ log: this.#log, metrics: this.#metrics, user });
    this.#signals = new SignalRelay(io.onSignal);
  }

  async run(): Promise<number> {
    const { name } = this.#standalone;
    try {
      for (const warning of this.#configuration.warnings) this.#log.warn(warning);
      const health = this.#serveHealth();
      await this.#start();
      return await this.#untilSignal(health);
    } catch (error) {
      // Told to stop before there was anything to finish.
      if (this.#signals.signal.aborted) return 0;
      const reason = error instanceof Error ? error.message : String(error);
      this.#io.writeError(`Cannot start ${name}: ${reason}\n`);
      return 1;
    } finally {
      await this.#close();
    }
  }

  #serveHealth(): HealthServer {
    const { httpPort: port } = this.#configuration.common;
    const health = this.#io.serveHealth({
      port,
      metrics: this.#metrics,
      reasons: () => this.#reasons(),
      routes: () => this.#started && (this.#started.routes ?? noRoutes),
    });
    this.#closers.push(() => health.close());
    this.#log.info("starting", {
      service: this.#standalone.name,
      instance: this.#instance,
      health: `${health.origin}/readyz`,
    });
    return health;
  }

  async #start(): Promise<void> {
    const { clock, print, openStores } = this.#io;
    const { common, settings, businesses } = this.#configuration;
    const log = this.#log;
    const metrics = this.#metrics;
    const { redisUrl, logText } = common;
    if (redisUrl === undefined) {
      log.warn("REDIS_URL is not set: what this service keeps is known to nobody else");
    }
    const { stores, close } = await openStores({ redisUrl, businesses, clock, log, metrics });
    this.#closers.push(close);
    const bus = await this.#connectBus();
    const parts = { bus, clock, stores, log, metrics, settings, businesses, logText, print };
    this.#started = await this.#standalone.start({ ...parts, instance: this.#instance });
    if (this.#started.close) this.#closers.push(this.#started.close);
  }

  /** Waits for nats-server as long as it takes, or until a signal comes. */
  async #connectBus(): Promise<Bus> {
    const { clock, connectBus } = this.#io;
    const { common, login } = this.#configuration;
    const { signal } = this.#signals;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#log.info("connecting to the bus", { servers: login.servers.join(",") });
    try {
      const connecting = connectBus({
        ...login,
        name: this.#instance,
        inboxPrefix: common.natsInboxPrefix || `_INBOX_${this.#standalone.user}`,
        clock,
        onEvent: (event) => this.#watch.onEvent(event),
        onError: (error, subject) => this.#watch.onError(error, subject),
      }, signal);
      const bus = await Promise.race([connecting, aborted.promise]);
      this.#closers.push(() => bus.close());
      return this.#bus = bus;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #untilSignal(health: HealthServer): Promise<number> {
    const { clock } = this.#io;
    const { service } = this.#started!;
    const { drainTimeoutMs } = this.#configuration.common;
    // nats-server answers in order: with the reply it has refused whatever it refuses of the start.
    await within(clock, REFUSAL_PERIOD_MS, () => this.#bus!.flush());
    const announced = Promise.withResolvers<void>();
    const cancels = [every(clock, READY_POLL_MS, () => {
      if (this.#reasons().length > 0) return;
      cancels[0]!();
      this.#announce(health);
      cancels.push(after(clock, REFUSAL_PERIOD_MS, announced.resolve));
    })];
    const { onSignal } = this.#signals;
    const running = runUntilSignal([service], { log: this.#log, drainTimeoutMs, clock, onSignal });
    try {
      const early = await Promise.race([running, this.#watch.refused, announced.promise]);
      if (typeof early !== "string") return await running;
      await within(clock, CLOSE_LIMIT_MS, () => service.stop());
      throw new Error(early);
    } finally {
      for (const cancel of cancels) cancel();
    }
  }

  #announce(health: HealthServer): void {
    const fields = { instance: this.#instance, http: health.origin, ...this.#started!.fields };
    const words = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
    this.#io.print(["READY", this.#standalone.name, ...words].join(" "));
  }

  /** Why the service cannot take calls; none when it can. */
  #reasons(): string[] {
    if (this.#signals.signal.aborted) return ["draining"];
    const reasons: string[] = [];
    if (!this.#bus?.connected) reasons.push("bus not connected");
    if (this.#watch.refusal) reasons.push(this.#watch.refusal);
    if (reasons.length > 0) return reasons;
    if (!this.#started) return ["starting"];
    return this.#started.service.ready() ? [] : [`${this.#standalone.name} not ready`];
  }

  async #close(): Promise<void> {
    for (const close of this.#closers.toReversed()) {
      const closed = await within(this.#io.clock, CLOSE_LIMIT_MS, close);
      if (!closed.ok && closed.reason === "failed") {
        this.#log.warn("Cannot close all", { error: String(closed.cause) });
      }
    }
    this.#signals.close();
  }
}

function newInstance(user: string): string {
  const random = crypto.getRandomValues(new Uint8Array(8));
  return `${user}-${Array.from(random, (byte) => (byte % 36).toString(36)).join("")}`;
}
