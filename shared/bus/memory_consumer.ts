import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { DurableHandler, DurableMessage, Subscription } from "./bus.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { MemoryStream, StoredMessage } from "./memory_stream.ts";
import { type ConsumerSpec, DEFAULT_ACK_WAIT_MS, MAX_ACK_PENDING } from "./stream_spec.ts";

/** One service instance that has joined. It takes a message at a time. */
interface Instance {
  readonly handler: DurableHandler;
  busy: boolean;
}

/** A message delivered and not acknowledged. */
interface Pending {
  deliveries: number;
  /** Ends the wait for its acknowledgement, or for its delayed redelivery. */
  cancel: Cancel;
}

export interface MemoryConsumerParts {
  readonly clock: Clock;
  readonly stream: MemoryStream;
  readonly dispatcher: Dispatcher;
  readonly onError: (error: unknown, subject: string) => void;
}

/** A durable consumer: delivers each message of its stream to one joined instance until it is acknowledged. */
export class MemoryConsumer {
  readonly #spec: ConsumerSpec;
  readonly #parts: MemoryConsumerParts;
  /** In the order in which they get the next message. */
  readonly #instances = new Set<Instance>();
  readonly #pending = new Map<number, Pending>();
  /** Positions to be delivered again; they go before new ones. */
  readonly #due: number[] = [];
  #nextPosition = 1;
  #scheduled = false;
  #closed = false;

  constructor(spec: ConsumerSpec, parts: MemoryConsumerParts) {
    this.#spec = spec;
    this.#parts = parts;
  }

  join(handler: DurableHandler): Subscription {
    const instance = { handler, busy: false };
    this.#instances.add(instance);
    this.wake();
    return { unsubscribe: () => void this.#instances.delete(instance) };
  }

  /** There may be something to deliver, or somebody to take it. */
  wake(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#parts.dispatcher.push(this);
  }

  /** Delivers one message, if there is one and somebody to take it; called by the dispatcher. */
  run(): void {
    this.#scheduled = false;
    const instance = this.#idle();
    const message = instance && this.#take();
    if (!message) return;
    this.#deliver(instance, message);
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.#instances.clear();
    for (const pending of this.#pending.values()) pending.cancel();
    this.#pending.clear();
  }

  #idle(): Instance | undefined {
    for (const instance of this.#instances) if (!instance.busy) return instance;
    return undefined;
  }

  #take(): StoredMessage | undefined {
    for (let position; (position = this.#due.shift()) !== undefined;) {
      if (!this.#pending.has(position)) continue;
      const message = this.#parts.stream.get(position);
      if (message) return message;
      this.#pending.delete(position);
    }
    if (this.#pending.size >= MAX_ACK_PENDING) return undefined;
    const message = this.#parts.stream.from(this.#nextPosition);
    if (message) this.#nextPosition = message.position + 1;
    return message;
  }

  #deliver(instance: Instance, stored: StoredMessage): void {
    const { position, subject } = stored;
    const deliveries = (this.#pending.get(position)?.deliveries ?? 0) + 1;
    this.#pending.set(position, { deliveries, cancel: this.#ackTimer(position) });
    const message = this.#message(stored, deliveries);
    instance.busy = true;
    this.#instances.delete(instance);
    this.#instances.add(instance);
    const failed = (error: unknown) => this.#parts.onError(error, subject);
    const ended = () => {
      instance.busy = false;
      this.wake();
    };
    try {
      const running = instance.handler(message);
      if (running) running.catch(failed).finally(ended);
      else ended();
    } catch (error) {
      failed(error);
      ended();
    }
  }

  #message(stored: StoredMessage, deliveries: number): DurableMessage {
    const { position, subject, headers } = stored;
    const ifCurrent = (change: (pending: Pending) => void) => {
      const pending = this.#pending.get(position);
      if (pending?.deliveries === deliveries && !naked) change(pending);
    };
    let naked = false;
    return {
      subject,
      headers,
      data: new Uint8Array(stored.data),
      deliveries,
      ack: () => {
        this.#pending.get(position)?.cancel();
        if (this.#pending.delete(position)) this.wake();
      },
      nak: (delayMs = 0) =>
        ifCurrent((pending) => {
          naked = true;
          pending.cancel();
          if (delayMs <= 0) this.#deliverAgain(position);
          else pending.cancel = this.#timer(delayMs, position);
        }),
      working: () =>
        ifCurrent((pending) => {
          pending.cancel();
          pending.cancel = this.#ackTimer(position);
        }),
    };
  }

  #ackTimer(position: number): Cancel {
    return this.#timer(this.#spec.ackWaitMs ?? DEFAULT_ACK_WAIT_MS, position);
  }

  #timer(delayMs: number, position: number): Cancel {
    return after(this.#parts.clock, delayMs, () => this.#deliverAgain(position));
  }

  #deliverAgain(position: number): void {
    const pending = this.#pending.get(position);
    if (!pending) return;
    if (pending.deliveries >= (this.#spec.maxDeliver ?? Infinity)) this.#pending.delete(position);
    else this.#due.push(position);
    this.wake();
  }
}
