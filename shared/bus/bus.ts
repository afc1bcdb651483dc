/**
 * The bus as Kav needs it. `MemoryBus` and the NATS adapter pass one contract suite (`tests/contract`).
 *
 * - Delivery is at most once, in order per publisher and subscription; a durable consumer is at least once.
 * - A handler never runs inside `publish` or `request`, and gets its own copy of the bytes.
 * - Nothing waits in the bus on the subscriber's behalf: a handler that must wait owns a bounded queue.
 */
export interface Bus {
  /** False while disconnected: what is published then is dropped, so the caller counts it as unsent. */
  readonly connected: boolean;

  /**
   * Publishes to a concrete subject (no wildcards).
   *
   * @returns false when nothing was sent because the bus is disconnected or closed.
   * @throws {TypeError} when the subject is malformed or the payload exceeds {@link MAX_PAYLOAD_BYTES}.
   */
  publish(subject: string, data: Uint8Array, options?: PublishOptions): boolean;

  /** Subscribes to a subject; `*` stands for one token, a trailing `>` for one or more. */
  subscribe(subject: string, handler: MessageHandler, options?: SubscribeOptions): Subscription;

  /** Publishes and waits for one reply. Expected failures are results, never exceptions. */
  request(subject: string, data: Uint8Array, options: RequestOptions): Promise<RequestResult>;

  /** Publishes into the stream that takes this subject, and waits until the stream has it. */
  publishDurable(
    subject: string,
    data: Uint8Array,
    options?: DurablePublishOptions,
  ): Promise<DurableResult>;

  /** Joins the named durable consumer; instances that join the same one share the work. */
  consume(options: ConsumeOptions, handler: DurableHandler): Promise<Subscription>;

  /** Resolves when everything published so far has been handed over. */
  flush(): Promise<void>;

  /** Ends all subscriptions. Afterwards `publish` returns false. */
  close(): Promise<void>;
}

/** The largest payload: the limit in `deploy/nats/nats.conf`, where NATS counts headers too. */
export const MAX_PAYLOAD_BYTES = 64 * 1024;

export type Headers = Readonly<Record<string, string>>;
export type MessageHandler = (message: BusMessage) => void;
/** An instance gets its next message when its handler has ended. What it throws leaves the message unacknowledged. */
export type DurableHandler = (message: DurableMessage) => void | Promise<void>;

export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  /** Answers a request; false when nobody waits for an answer or the bus is disconnected. */
  respond(data: Uint8Array): boolean;
}

export interface DurableMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  /** 1 at the first delivery. */
  readonly deliveries: number;
  /** Done: never delivered again. */
  ack(): void;
  /** Not done: delivered again, at the earliest after `delayMs`. */
  nak(delayMs?: number): void;
  /** Still at it: the redelivery deadline starts anew. */
  working(): void;
}

export interface PublishOptions {
  readonly headers?: Headers;
}

export interface SubscribeOptions {
  /** Members of one queue group get each message once among them. */
  readonly queue?: string;
}

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly headers?: Headers;
}

export type RequestResult =
  | { readonly ok: true; readonly data: Uint8Array; readonly headers: Headers }
  | { readonly ok: false; readonly reason: "no_responders" | "timeout" | "disconnected" };

export interface DurablePublishOptions {
  readonly headers?: Headers;
  /** A second publication with the same id inside the stream's window is taken as the first. */
  readonly messageId?: string;
  readonly timeoutMs?: number;
}

export type DurableResult =
  | { readonly ok: true; readonly duplicate: boolean }
  | { readonly ok: false; readonly reason: "no_stream" | "timeout" | "disconnected" };

export interface ConsumeOptions {
  readonly stream: string;
  readonly durable: string;
}

export interface Subscription {
  /** No handler call begins after this returns. */
  unsubscribe(): void;
}
