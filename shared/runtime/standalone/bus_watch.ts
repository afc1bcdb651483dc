import type { NatsEvent } from "shared/bus/nats_options.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";

export interface BusWatchOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Who we are at nats-server. */
  readonly user: string;
}

/** What happens to the connection of the bus, as log lines and metrics; and what nats-server refuses. */
export class BusWatch {
  readonly #log: Log;
  readonly #user: string;
  readonly #metrics;
  readonly #firstRefusal = Promise.withResolvers<string>();
  #refusal: string | undefined;

  constructor({ log, metrics, user }: BusWatchOptions) {
    this.#log = log;
    this.#user = user;
    this.#metrics = {
      connected: metrics.gauge("kav_bus_connected", "Whether the bus is connected: 1 or 0"),
      disconnects: metrics.counter("kav_bus_disconnects_total", "Connections to the bus lost"),
      reconnects: metrics.counter("kav_bus_reconnects_total", "Connections to the bus regained"),
      refused: metrics.counter("kav_bus_refused_total", "Refused for lack of a permission", [
        "operation",
      ]),
      errors: metrics.counter("kav_bus_errors_total", "Errors of the bus client and its handlers"),
    };
  }

  /** What nats-server has refused since the last connection; undefined when nothing. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Resolves at the first refusal. */
  get refused(): Promise<string> {
    return this.#firstRefusal.promise;
  }

  onEvent(event: NatsEvent): void {
    switch (event.kind) {
      case "connecting":
        return this.#log.warnLimited("connecting", "bus not reached", {
          attempt: event.attempt,
          error: event.error.message,
        });
      case "connected":
        return this.#onConnected("bus connected", event.server);
      case "reconnected":
        this.#metrics.reconnects.inc();
        return this.#onConnected("bus connected again", event.server, event.awayMs);
      case "disconnected":
        this.#metrics.connected.set(0);
        this.#metrics.disconnects.inc();
        return this.#log.warn("bus disconnected", { server: event.server });
      case "refused":
        return this.#onRefused(event.operation, event.subject);
      case "slow_consumer":
        return this.onError(event.message);
      case "error":
        return this.onError(event.error);
    }
  }

  /** A handler of a message has thrown, or the client has failed at something. */
  onError(error: unknown, subject?: string): void {
    this.#metrics.errors.inc();
    this.#log.error("bus error", { subject, error: String(error) });
  }

  /** Permissions may have changed with the connection; what is still refused is told again. */
  #onConnected(message: string, server: string, awayMs?: number): void {
    this.#metrics.connected.set(1);
    this.#refusal = undefined;
    this.#log.info(message, {
      server,
      user: this.#user,
      away_ms: awayMs === undefined ? undefined : Math.round(awayMs),
    });
  }

  #onRefused(operation: "publish" | "subscribe", subject: string): void {
    const to = operation === "publish" ? "publish to" : "subscribe to";
    const refusal =
      `nats-server refuses user ${this.#user} to ${to} ${subject}: it lacks the permission`;
    this.#metrics.refused.inc({ operation });
    const fields = { user: this.#user, operation, subject };
    if (this.#refusal === undefined) this.#log.error("permission refused", fields);
    else this.#log.warnLimited("refused", "permission refused", fields);
    this.#refusal ??= refusal;
    this.#firstRefusal.resolve(refusal);
  }
}
