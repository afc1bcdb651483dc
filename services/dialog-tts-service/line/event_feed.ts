import type { RxEvent } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { EventOrder } from "./event_order.ts";

/** While events are missing, they are asked for this often. */
const ASK_MS = 200;

export interface EventFeedOptions {
  readonly clock: Clock;
  /** Nobody has spoken on this call before: every event since the first is for us. */
  readonly isFirstWorker: boolean;
  readonly deliver: (event: RxEvent) => void;
  /** Asks the edge for what comes after `last`. */
  readonly askAgain: () => void;
}

/** The events of the caller's side, in order; asks for missing ones. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #order: EventOrder;
  readonly #stop = new AbortController();
  #asking = false;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#order = new EventOrder(options.isFirstWorker ? 0 : undefined);
  }

  /** The last event up to which none is missing. */
  get last(): number | undefined {
    return this.#order.last;
  }

  take(event: RxEvent): void {
    this.#order.take(event, this.#options.clock.now()).forEach(this.#options.deliver);
    this.#fillGap();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #fillGap(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { clock, askAgain, deliver } = this.#options;
    while (this.#order.gap) {
      askAgain();
      if (!await clock.sleepUntil(clock.now() + ASK_MS, this.#stop.signal)) return;
      this.#order.expire(clock.now()).forEach(deliver);
    }
    this.#asking = false;
  }
}
