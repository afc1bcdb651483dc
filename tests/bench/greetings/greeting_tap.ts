/** What the product tells of greetings on the bus. */
import type { Bus, Subscription } from "shared/bus/bus.ts";
import type { CallTelemetry, GreetingSourceName } from "shared/bus/telemetry.ts";

/** `telemetrySubject` is for one call. */
const ALL_CALLS = "kav.telemetry.call.*";

export interface ToldGreeting {
  readonly greetingMs: number;
  readonly source: GreetingSourceName | undefined;
}

export class GreetingTap {
  readonly #told = new Map<string, ToldGreeting>();
  readonly #subscription: Subscription;

  constructor(bus: Bus) {
    this.#subscription = bus.subscribe(ALL_CALLS, ({ data }) => this.#take(data));
  }

  /** By call. */
  get told(): ReadonlyMap<string, ToldGreeting> {
    return this.#told;
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #take(data: Uint8Array): void {
    const told = JSON.parse(new TextDecoder().decode(data)) as CallTelemetry;
    if (told.event !== "greeting" || told.greeting_ms === undefined) return;
    this.#told.set(told.call, { greetingMs: told.greeting_ms, source: told.greeting_source });
  }
}
