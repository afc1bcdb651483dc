import type { Clock } from "shared/clock/clock.ts";
import { after } from "shared/clock/timers.ts";
import type {
  Bus,
  ConsumeOptions,
  DurableHandler,
  DurablePublishOptions,
  DurableResult,
  Headers,
  MessageHandler,
  PublishOptions,
  RequestOptions,
  RequestResult,
  SubscribeOptions,
  Subscription,
} from "./bus.ts";
import { assertPayload, copyHeaders, Delivery, PendingRequest } from "./delivery.ts";
import { Dispatcher } from "./dispatcher.ts";
import { MemoryStreams } from "./memory_streams.ts";
import type { StreamSpec } from "./stream_spec.ts";
import { type Receivers, SubscriptionTable } from "./subscription_table.ts";

export interface MemoryBusOptions {
  readonly clock: Clock;
  /** Streams and their durable consumers exist only if declared here. */
  readonly streams?: readonly StreamSpec[];
  /** Told what a handler threw. When absent, it is thrown outside of the bus, uncaught. */
  readonly onError?: (error: unknown, subject: string) => void;
}

/**
 * The bus inside one process, with the rules of NATS.
 *
 * - One first-in-first-out line over all subjects, emptied in a microtask: no handler runs inside `publish`.
 * - A message goes to those who had subscribed when it was published and still are when its turn comes.
 * - Members of a queue group take turns.
 * - Streams keep their messages as long as the bus lives; they are declared, never made on the way.
 */
export class MemoryBus implements Bus {
  readonly #clock: Clock;
  readonly #onError: (error: unknown, subject: string) => void;
  readonly #table = new SubscriptionTable();
  readonly #dispatcher = new Dispatcher();
  readonly #streams: MemoryStreams;
  readonly #subscriptions = new Set<Subscription>();
  readonly #requests = new Set<PendingRequest>();
  #closed = false;

  /** @throws {TypeError} when the streams' declarations contradict each other. */
  constructor(options: MemoryBusOptions) {
    const { clock, streams = [], onError = throwOutside } = options;
    this.#clock = clock;
    this.#onError = onError;
    this.#streams = new MemoryStreams(streams, { clock, dispatcher: this.#dispatcher, onError });
  }

  get connected(): boolean {
    return !this.#closed;
  }

  publish(subject: string, data: Uint8Array, options?: PublishOptions): boolean {
    const receivers = this.#table.receivers(subject);
    assertPayload(data);
    const headers = copyHeaders(options?.headers);
    if (this.#closed) return false;
    this.#streams.capture(subject, data, headers);
    this.#send(subject, data, headers, receivers);
    return true;
  }

  subscribe(subject: string, handler: MessageHandler, options?: SubscribeOptions): Subscription {
    const subscriber = this.#table.add(subject, handler, options?.queue);
    const subscription = {
      unsubscribe: () => {
        this.#table.remove(subscriber);
        this.#subscriptions.delete(subscription);
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async request(
    subject: string,
    data: Uint8Array,
    options: RequestOptions,
  ): Promise<RequestResult> {
    const receivers = this.#table.receivers(subject);
    assertPayload(data);
    const headers = copyHeaders(options.headers);
    if (this.#closed) return { ok: false, reason: "disconnected" };
    this.#streams.capture(subject, data, headers);
    return await new Promise((resolve) => {
      const request = new PendingRequest((result) => {
        cancelTimeout();
        this.#requests.delete(request);
        resolve(result);
      });
      const cancelTimeout = after(this.#clock, options.timeoutMs, () => {
        request.settle({ ok: false, reason: "timeout" });
      });
      this.#requests.add(request);
      this.#send(subject, data, headers, receivers, request);
    });
  }

  // deno-lint-ignore require-await -- a malformed subject rejects, as in every adapter
  async publishDurable(
    subject: string,
    data: Uint8Array,
    options?: DurablePublishOptions,
  ): Promise<DurableResult> {
    const receivers = this.#table.receivers(subject);
    assertPayload(data);
    const headers = copyHeaders(options?.headers);
    if (this.#closed) return { ok: false, reason: "disconnected" };
    const captured = this.#streams.capture(subject, data, headers, options?.messageId);
    this.#send(subject, data, headers, receivers);
    return captured ? { ok: true, ...captured } : { ok: false, reason: "no_stream" };
  }

  // deno-lint-ignore require-await -- an undeclared consumer rejects, as in every adapter
  async consume(options: ConsumeOptions, handler: DurableHandler): Promise<Subscription> {
    const joined = this.#streams.consumer(options.stream, options.durable).join(handler);
    return joined;
  }

  flush(): Promise<void> {
    return new Promise((resolve) => this.#dispatcher.push({ run: resolve }));
  }

  // deno-lint-ignore require-await -- nothing to wait for in memory
  async close(): Promise<void> {
    this.#closed = true;
    for (const { unsubscribe } of this.#subscriptions) unsubscribe();
    for (const request of this.#requests) request.settle({ ok: false, reason: "disconnected" });
    this.#streams.close();
  }

  #send(
    subject: string,
    data: Uint8Array,
    headers: Headers,
    receivers: Receivers,
    request?: PendingRequest,
  ): void {
    if (!request && receivers.singles.length === 0 && receivers.groups.length === 0) return;
    const envelope = { subject, data: new Uint8Array(data), headers, receivers, request };
    this.#dispatcher.push(new Delivery(envelope, this.#dispatcher, this.#onError));
  }
}

function throwOutside(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
