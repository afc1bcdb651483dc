import type { Clock } from "shared/clock/clock.ts";
import { dropOldest } from "./drop_oldest.ts";
import { audioProblem } from "./greeting_entry.ts";
import type {
  GreetingBuildStore,
  GreetingEntry,
  GreetingFailure,
  GreetingStore,
} from "./stores.ts";

const MAX_GREETINGS = 1_000;

/** The greetings inside one process: the newest 1,000. */
export class MemoryGreetings implements GreetingStore {
  readonly kind = "memory";
  readonly #byBusiness = new Map<string, GreetingEntry>();

  get(businessId: string): Promise<GreetingEntry | undefined> {
    const entry = this.#byBusiness.get(businessId);
    return Promise.resolve(entry && { ...entry, audio: new Uint8Array(entry.audio) });
  }

  put(entry: GreetingEntry): Promise<void> {
    const problem = audioProblem(entry.audio);
    if (problem) return Promise.reject(new RangeError(`Cannot store a greeting: ${problem}`));
    this.#byBusiness.delete(entry.businessId);
    this.#byBusiness.set(entry.businessId, { ...entry, audio: new Uint8Array(entry.audio) });
    dropOldest(this.#byBusiness, MAX_GREETINGS);
    return Promise.resolve();
  }

  delete(businessId: string): Promise<void> {
    this.#byBusiness.delete(businessId);
    return Promise.resolve();
  }
}

interface Lease {
  /** Undefined: nobody, for a pause. */
  readonly holder: string | undefined;
  readonly untilMs: number;
}

/** How the building goes inside one process. */
export class MemoryGreetingBuilds implements GreetingBuildStore {
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();
  readonly #failures = new Map<string, GreetingFailure>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  lease(businessId: string, holder: string, ms: number): Promise<boolean> {
    if (this.#isTaken(businessId, holder)) return Promise.resolve(false);
    this.#leases.set(businessId, { holder, untilMs: this.#clock.now() + ms });
    return Promise.resolve(true);
  }

  release(businessId: string, holder: string, pauseMs: number): Promise<void> {
    if (this.#isTaken(businessId, holder)) return Promise.resolve();
    if (pauseMs > 0) {
      const untilMs = this.#clock.now() + pauseMs;
      this.#leases.set(businessId, { holder: undefined, untilMs });
    } else this.#leases.delete(businessId);
    return Promise.resolve();
  }

  putFailure(businessId: string, failure: GreetingFailure | undefined): Promise<void> {
    this.#failures.delete(businessId);
    if (failure) this.#failures.set(businessId, { ...failure });
    dropOldest(this.#failures, MAX_GREETINGS);
    return Promise.resolve();
  }

  failure(businessId: string): Promise<GreetingFailure | undefined> {
    const failure = this.#failures.get(businessId);
    return Promise.resolve(failure && { ...failure });
  }

  /** Whether somebody else has it, or nobody may. */
  #isTaken(businessId: string, holder: string): boolean {
    const now = this.#clock.now();
    for (const [id, { untilMs }] of this.#leases) if (untilMs <= now) this.#leases.delete(id);
    const lease = this.#leases.get(businessId);
    return lease !== undefined && lease.holder !== holder;
  }
}
