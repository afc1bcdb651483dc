import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "../log.ts";
import type { Business } from "shared/store/business.ts";
import type { BusinessStore } from "shared/store/stores.ts";

/** Copies kept; full, the oldest goes. */
const MAX_COPIES = 10_000;

export interface BusinessesOptions {
  readonly store: BusinessStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Businesses by id: from the store, or where it is away or slow, the last copy in memory. */
export class Businesses {
  readonly #options: BusinessesOptions;
  readonly #copies = new Map<string, Business>();

  constructor(options: BusinessesOptions) {
    this.#options = options;
  }

  /** The last copy of every business seen. */
  get copies(): Iterable<Business> {
    return this.#copies.values();
  }

  /** The last copy in memory. */
  copy(id: string): Business | undefined {
    return this.#copies.get(id);
  }

  /** Copies the store's list, so that calls are answered even if it goes away now. */
  async preload(): Promise<void> {
    try {
      for (const business of await this.#options.store.list()) this.#keep(business);
    } catch (error) {
      this.#warn(String(error));
    }
  }

  /** Never later than `deadlineMs`, never rejects. */
  async find(id: string, deadlineMs: number): Promise<Business | undefined> {
    const { clock } = this.#options;
    const read = await within(clock, deadlineMs - clock.now(), () => this.#read(id));
    if (!read.ok) this.#warn(read.reason === "failed" ? String(read.cause) : "slow");
    return this.#copies.get(id);
  }

  async #read(id: string): Promise<void> {
    const business = await this.#options.store.get(id);
    if (business) this.#keep(business);
    else this.#copies.delete(id);
  }

  #keep(business: Business): void {
    this.#copies.delete(business.id);
    this.#copies.set(business.id, business);
    if (this.#copies.size > MAX_COPIES) this.#copies.delete(this.#copies.keys().next().value!);
  }

  #warn(reason: string): void {
    this.#options.log.warnLimited("business_store", "business read from memory", { reason });
  }
}
