import type { Bus, Subscription } from "shared/bus/bus.ts";

/** A bus that knows what is subscribed. */
export class WatchedBus {
  readonly #subjects = new Map<symbol, string>();

  /** The subjects of open subscriptions, sorted. */
  get subjects(): string[] {
    return [...this.#subjects.values()].sort();
  }

  /** The same bus, watched. */
  watch(bus: Bus): Bus {
    const subscribe: Bus["subscribe"] = (subject, handler, options): Subscription => {
      const subscription = bus.subscribe(subject, handler, options);
      const key = Symbol(subject);
      this.#subjects.set(key, subject);
      return {
        unsubscribe: () => {
          this.#subjects.delete(key);
          subscription.unsubscribe();
        },
      };
    };
    return {
      get connected() {
        return bus.connected;
      },
      subscribe,
      publish: (...args) => bus.publish(...args),
      request: (...args) => bus.request(...args),
      publishDurable: (...args) => bus.publishDurable(...args),
      consume: (...args) => bus.consume(...args),
      flush: () => bus.flush(),
      close: () => bus.close(),
    };
  }
}
