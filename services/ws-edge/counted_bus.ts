import type {
  Bus,
  ConsumeOptions,
  DurableHandler,
  DurablePublishOptions,
  MessageHandler,
  PublishOptions,
  RequestOptions,
  SubscribeOptions,
} from "shared/bus/bus.ts";
import type { Log } from "shared/runtime/log.ts";

export interface CountedBusOptions {
  readonly log: Log;
  /** A message was not sent: the bus is away. */
  readonly onUnsent: () => void;
}

/** A bus that counts what it could not send; each outage is logged, with what it has cost when it is over. */
export class CountedBus implements Bus {
  readonly #bus: Bus;
  readonly #options: CountedBusOptions;
  /** In the outage that is now. */
  #unsent = 0;

  constructor(bus: Bus, options: CountedBusOptions) {
    this.#bus = bus;
    this.#options = options;
  }

  get connected(): boolean {
    return this.#bus.connected;
  }

  publish(subject: string, data: Uint8Array, options?: PublishOptions): boolean {
    const sent = this.#bus.publish(subject, data, options);
    if (sent) this.#noteSent();
    else this.#noteUnsent();
    return sent;
  }

  subscribe(subject: string, handler: MessageHandler, options?: SubscribeOptions) {
    return this.#bus.subscribe(subject, handler, options);
  }

  request(subject: string, data: Uint8Array, options: RequestOptions) {
    return this.#bus.request(subject, data, options);
  }

  publishDurable(subject: string, data: Uint8Array, options?: DurablePublishOptions) {
    return this.#bus.publishDurable(subject, data, options);
  }

  consume(options: ConsumeOptions, handler: DurableHandler) {
    return this.#bus.consume(options, handler);
  }

  flush(): Promise<void> {
    return this.#bus.flush();
  }

  close(): Promise<void> {
    return this.#bus.close();
  }

  #noteUnsent(): void {
    this.#options.onUnsent();
    if (this.#unsent++ > 0) return;
    this.#options.log.warnLimited(
      "bus away",
      "The bus is away: telemetry, events and credit are not sent",
    );
  }

  #noteSent(): void {
    if (this.#unsent === 0) return;
    this.#options.log.info("The bus is back", { messages_unsent: this.#unsent });
    this.#unsent = 0;
  }
}
