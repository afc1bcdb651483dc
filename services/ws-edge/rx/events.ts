import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { RxEvent } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";

type WithoutNumber<T> = T extends unknown ? Omit<T, "event"> : never;

/** How many events are kept to be sent again. */
const KEPT = 64;

/** Publishes what happens on the caller's side, numbered from 1, so that a lost event is noticed and asked for. */
export class RxEvents {
  readonly #bus: Bus;
  readonly #subject: string;
  readonly #kept = new BoundedQueue<RxEvent>(KEPT);
  #last = 0;

  constructor(bus: Bus, call: string) {
    this.#bus = bus;
    this.#subject = callSubject(call, "rx.event");
  }

  publish(event: WithoutNumber<RxEvent>): void {
    const numbered = { ...event, event: ++this.#last } as RxEvent;
    this.#kept.push(numbered);
    this.#bus.publish(this.#subject, encodeJson(numbered));
  }

  /** Publishes the last event again: for whoever was not there yet. */
  repeatLast(): void {
    this.repeat(this.#last - 1);
  }

  /** Publishes again what was kept of the events after number `after`. */
  repeat(after: number): void {
    for (let i = 0; i < this.#kept.length; i++) {
      const event = this.#kept.at(i)!;
      if (event.event > after) this.#bus.publish(this.#subject, encodeJson(event));
    }
  }
}
