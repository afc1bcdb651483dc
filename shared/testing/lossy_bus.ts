import type {
  Bus,
  BusMessage,
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
} from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import { after } from "shared/clock/timers.ts";

/** Whether a message is to be lost. */
export type Loses = (subject: string, data: Uint8Array) => boolean;

const NOTHING: Loses = () => false;

/**
 * A bus that fails as told. Give each service its own over one MemoryBus, to cut off that service alone.
 *
 * - `drop` loses what is published or requested here, silently, as a broken connection does: `publish` still
 *   returns true, a request times out.
 * - `dropReply` loses the answers given here; the subject is that of the request.
 * - `delayMs` holds back what is published or requested here, in order.
 * - `setConnected(false)` is a connection known to be down: `publish` returns false, nothing arrives.
 */
export class LossyBus implements Bus {
  drop: Loses = NOTHING;
  dropReply: Loses = NOTHING;
  delayMs = 0;
  readonly #inner: Bus;
  readonly #clock: Clock;
  #up = true;
  #dropped = 0;
  #lastDueMs = -Infinity;

  constructor(inner: Bus, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  /** Messages and answers lost by `drop` and `dropReply`. */
  get dropped(): number {
    return this.#dropped;
  }

  get connected(): boolean {
    return this.#up && this.#inner.connected;
  }

  setConnected(connected: boolean): void {
    this.#up = connected;
  }

  /** Ends all faults; what was lost stays lost. */
  heal(): void {
    this.drop = this.dropReply = NOTHING;
    this.delayMs = 0;
    this.#up = true;
  }

  publish(subject: string, data: Uint8Array, options?: PublishOptions): boolean {
    if (!this.connected) return false;
    if (this.#loses(this.drop, subject, data)) return true;
    const delay = this.#delay();
    if (delay === undefined) return this.#inner.publish(subject, data, options);
    const copy = new Uint8Array(data);
    after(this.#clock, delay, () => this.#inner.publish(subject, copy, options));
    return true;
  }

  subscribe(subject: string, handler: MessageHandler, options?: SubscribeOptions): Subscription {
    const receive = (message: BusMessage) => {
      if (this.#up) handler(this.#lossyReply(message));
    };
    return this.#inner.subscribe(subject, receive, options);
  }

  async request(
    subject: string,
    data: Uint8Array,
    options: RequestOptions,
  ): Promise<RequestResult> {
    if (!this.connected) return { ok: false, reason: "disconnected" };
    const deadline = this.#clock.now() + options.timeoutMs;
    if (this.#loses(this.drop, subject, data)) {
      await this.#clock.sleepUntil(deadline);
      return { ok: false, reason: "timeout" };
    }
    const delay = this.#delay();
    if (delay === undefined) return this.#inner.request(subject, data, options);
    const copy = new Uint8Array(data);
    await this.#clock.sleepUntil(Math.min(this.#clock.now() + delay, deadline));
    const timeoutMs = deadline - this.#clock.now();
    if (timeoutMs <= 0) return { ok: false, reason: "timeout" };
    return this.#inner.request(subject, copy, { ...options, timeoutMs });
  }

  // deno-lint-ignore require-await -- a result in any case
  async publishDurable(
    subject: string,
    data: Uint8Array,
    options?: DurablePublishOptions,
  ): Promise<DurableResult> {
    if (!this.connected) return { ok: false, reason: "disconnected" };
    if (this.#loses(this.drop, subject, data)) return { ok: false, reason: "timeout" };
    return this.#inner.publishDurable(subject, data, options);
  }

  consume(options: ConsumeOptions, handler: DurableHandler): Promise<Subscription> {
    return this.#inner.consume(options, (message) => this.#up ? handler(message) : undefined);
  }

  flush(): Promise<void> {
    return this.#inner.flush();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #loses(loses: Loses, subject: string, data: Uint8Array): boolean {
    const lost = loses(subject, data);
    if (lost) this.#dropped++;
    return lost;
  }

  /** How long to hold the next message back; undefined when it may go at once without overtaking one. */
  #delay(): number | undefined {
    const now = this.#clock.now();
    const due = Math.max(now + this.delayMs, this.#lastDueMs);
    if (due <= now) return undefined;
    this.#lastDueMs = due;
    return due - now;
  }

  #lossyReply(message: BusMessage): BusMessage {
    return {
      subject: message.subject,
      data: message.data,
      headers: message.headers,
      respond: (data) => {
        if (!this.connected) return false;
        if (this.#loses(this.dropReply, message.subject, data)) return true;
        return message.respond(data);
      },
    };
  }
}
