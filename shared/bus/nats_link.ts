/** One connection of the client, with what the parts of the adapter need of it. */
import { errors, type NatsConnection, type PublishOptions } from "nats";
import type { Clock } from "shared/clock/clock.ts";
import type { Headers } from "./bus.ts";
import { ownBytes, toMsgHeaders } from "./nats_message.ts";

/**
 * Publishes only while connected, because the client would keep what is published meanwhile.
 *
 * `connected` follows the client's own state by a few microtasks. What is published between the death of the
 * server and its detection is lost without notice, as in every core NATS client.
 */
export class NatsLink {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  /** Called at every loss of the connection, and when it is closed for good. */
  readonly onLost = new Set<() => void>();
  /** Called when a lost connection is back, its subscriptions included. */
  readonly onBack = new Set<() => void>();
  readonly #ended = new AbortController();
  #connected = true;

  constructor(connection: NatsConnection, clock: Clock) {
    this.connection = connection;
    this.clock = clock;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get closed(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Aborted when the bus is closed. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  lost(): void {
    this.#connected = false;
    for (const notify of [...this.onLost]) notify();
  }

  back(): void {
    if (this.closed) return;
    this.#connected = true;
    for (const notify of [...this.onBack]) notify();
  }

  close(): void {
    this.#ended.abort();
    this.lost();
    this.onLost.clear();
    this.onBack.clear();
  }

  /**
   * Sends a copy of the bytes, which the client would read only later.
   *
   * @throws {TypeError} when payload and headers exceed the limit of nats-server.
   */
  publish(subject: string, data: Uint8Array, headers?: Headers, reply?: string): boolean {
    if (!this.#connected || this.connection.isClosed()) return false;
    try {
      this.connection.publish(subject, ownBytes(data), publishOptions(headers, reply));
    } catch (error) {
      if (!(error instanceof errors.InvalidArgumentError)) throw error;
      throw tooLarge(data, error);
    }
    return true;
  }
}

/** Undefined for the many messages without either. */
function publishOptions(headers?: Headers, reply?: string): PublishOptions | undefined {
  const encoded = headers && toMsgHeaders(headers);
  if (encoded === undefined && reply === undefined) return undefined;
  return {
    ...(encoded === undefined ? {} : { headers: encoded }),
    ...(reply === undefined ? {} : { reply }),
  };
}

export function tooLarge(data: Uint8Array, cause: Error): TypeError {
  return new TypeError(
    `Cannot publish: nats-server's limit holds for payload and headers together, received ${data.length} bytes and headers (${cause.message})`,
    { cause },
  );
}
