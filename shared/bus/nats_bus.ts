import type { NatsConnection, Subscription as NatsSubscription } from "nats";
import { within } from "shared/clock/within.ts";
import type {
  Bus,
  ConsumeOptions,
  DurableHandler,
  DurablePublishOptions,
  DurableResult,
  MessageHandler,
  PublishOptions,
  RequestOptions,
  RequestResult,
  SubscribeOptions,
  Subscription,
} from "./bus.ts";
import { assertPayload, copyHeaders } from "./delivery.ts";
import { connectNats } from "./nats_connection.ts";
import { NatsConsumer, verifyConsumer } from "./nats_consumer.ts";
import { publishDurableOver } from "./nats_durable.ts";
import { watchStatus } from "./nats_events.ts";
import { NatsLink } from "./nats_link.ts";
import { NatsMessage } from "./nats_message.ts";
import type { NatsEvent, NatsOptions } from "./nats_options.ts";
import { requestOver } from "./nats_requests.ts";
import { assertPattern, assertSubject } from "./subject_rules.ts";

export type { NatsEvent, NatsOptions, NatsTls } from "./nats_options.ts";

/** More than 1,000 calls use at a time; beyond, the cache starts anew. */
const MAX_KNOWN_SUBJECTS = 16_384;
/** How long `close` waits for what was published before it. */
const CLOSE_FLUSH_MS = 1_000;
const NOT_SUBSCRIBED: Subscription = { unsubscribe: () => {} };

/**
 * The bus over nats-server.
 *
 * - It reconnects for ever, every 200 ms with jitter; subscriptions and consumers come back with it. A
 *   subscription that nats-server has refused does not: it is reported as a `refused` event.
 * - Nothing is kept while disconnected: `publish` returns false, requests end with `disconnected`.
 * - What is published between the death of a server and its detection (a broken socket: at once; a silent one:
 *   3 s) is lost although `publish` returned true.
 */
export class NatsBus implements Bus {
  readonly #link: NatsLink;
  readonly #options: NatsOptions;
  readonly #knownSubjects = new Set<string>();
  readonly #consumers = new Set<NatsConsumer>();
  readonly #answer = (subject: string, data: Uint8Array) => this.#link.publish(subject, data);
  /** What `onError` throws is uncaught, but outside of the client, whose reading it would end. */
  readonly #report = (error: unknown, subject: string) => {
    try {
      this.#options.onError(error, subject);
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown;
      });
    }
  };
  #closing: Promise<void> | undefined;

  private constructor(connection: NatsConnection, options: NatsOptions) {
    this.#link = new NatsLink(connection, options.clock);
    this.#options = options;
    void watchStatus(connection, {
      clock: options.clock,
      user: options.user,
      onEvent: (event) => this.#tell(event),
      onDisconnected: () => this.#link.lost(),
      onReconnected: () => this.#link.back(),
    });
    connection.closed().then((error) => {
      this.#link.close();
      if (error) this.#tell({ kind: "error", error });
    });
  }

  /**
   * Resolves when connected, however long that takes.
   *
   * @throws {Error} when nats-server refuses the credentials, the options are malformed, or `signal` aborts.
   */
  static async connect(options: NatsOptions, signal?: AbortSignal): Promise<NatsBus> {
    const connection = await connectNats(options, signal);
    const bus = new NatsBus(connection, options);
    bus.#tell({ kind: "connected", server: connection.getServer() });
    return bus;
  }

  get connected(): boolean {
    return this.#link.connected;
  }

  publish(subject: string, data: Uint8Array, options?: PublishOptions): boolean {
    this.#assertSubject(subject);
    assertPayload(data);
    const headers = options?.headers && copyHeaders(options.headers);
    return this.#link.publish(subject, data, headers);
  }

  /** A subscription that was refused ends; see {@link NatsEvent}. */
  subscribe(subject: string, handler: MessageHandler, options?: SubscribeOptions): Subscription {
    assertPattern(subject);
    const { connection } = this.#link;
    if (this.#link.closed || connection.isClosed()) return NOT_SUBSCRIBED;
    let active = true;
    const subscription: NatsSubscription = connection.subscribe(subject, {
      ...(options?.queue === undefined ? {} : { queue: options.queue }),
      callback: (error, message) => {
        if (error || !active || this.#link.closed) return;
        // What is thrown here would end the client's reading for good.
        try {
          handler(new NatsMessage(message, this.#answer));
        } catch (thrown) {
          this.#report(thrown, message.subject);
        }
      },
    });
    return {
      unsubscribe: () => {
        if (!active) return;
        active = false;
        if (!connection.isClosed()) subscription.unsubscribe();
      },
    };
  }

  async request(
    subject: string,
    data: Uint8Array,
    options: RequestOptions,
  ): Promise<RequestResult> {
    this.#assertSubject(subject);
    assertPayload(data);
    const headers = copyHeaders(options.headers);
    return await requestOver(this.#link, { subject, data, headers, timeoutMs: options.timeoutMs });
  }

  async publishDurable(
    subject: string,
    data: Uint8Array,
    options?: DurablePublishOptions,
  ): Promise<DurableResult> {
    this.#assertSubject(subject);
    assertPayload(data);
    const headers = copyHeaders(options?.headers);
    const message = { subject, data, headers };
    return await publishDurableOver(this.#link, message, options, this.#report);
  }

  /**
   * Waits up to 10 s for JetStream to answer, which a server just started may not do at once.
   *
   * @throws {Error} when the stream or its consumer does not exist: `deploy/nats/init` makes them.
   */
  async consume(options: ConsumeOptions, handler: DurableHandler): Promise<Subscription> {
    const { inboxPrefix } = this.#options;
    const parts = { ...options, link: this.#link, inboxPrefix, onError: this.#report };
    await verifyConsumer(this.#link, options);
    const consumer = new NatsConsumer({ ...parts, handler });
    this.#consumers.add(consumer);
    return {
      unsubscribe: () => {
        consumer.unsubscribe();
        this.#consumers.delete(consumer);
      },
    };
  }

  /** Resolves when nats-server has taken everything published so far, or when the connection is lost. */
  flush(): Promise<void> {
    return flushed(this.#link);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    for (const consumer of this.#consumers) consumer.unsubscribe();
    this.#consumers.clear();
    const link = this.#link;
    const { connection } = link;
    const sent = link.connected ? connection.flush().catch(() => {}) : Promise.resolve();
    // Requests that wait end now, and nothing more is published.
    link.close();
    await within(this.#options.clock, CLOSE_FLUSH_MS, () => sent);
    await connection.close();
  }

  #tell(event: NatsEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      this.#report(error, "");
    }
  }

  #assertSubject(subject: string): void {
    if (this.#knownSubjects.has(subject)) return;
    assertSubject(subject);
    if (this.#knownSubjects.size >= MAX_KNOWN_SUBJECTS) this.#knownSubjects.clear();
    this.#knownSubjects.add(subject);
  }
}

function flushed(link: NatsLink): Promise<void> {
  if (!link.connected || link.connection.isClosed()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      link.onLost.delete(done);
      resolve();
    };
    link.onLost.add(done);
    link.connection.flush().then(done, done);
  });
}
