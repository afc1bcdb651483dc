import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { BusinessStore } from "shared/store/stores.ts";
import { BusinessMemory } from "./business_memory.ts";
import { within, type WithinResult } from "shared/clock/within.ts";

const STORE_DEADLINE_MS = 60;

/**
 * Finds the business of a call within 60 ms: in the store; where it is away or slow, in the last copy in memory;
 * else in the business file, whose first business takes what is unknown. Never rejects.
 */
export class BusinessDirectory {
  readonly #store: BusinessStore;
  readonly #file: readonly Business[];
  readonly #first: Business;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #memory = new BusinessMemory();

  constructor(
    { store, file, clock, log }: {
      readonly store: BusinessStore;
      /** The content of the business file: one business at least. */
      readonly file: readonly Business[];
      readonly clock: Clock;
      readonly log: Log;
    },
  ) {
    const [first] = file;
    if (!first) {
      throw new TypeError("Cannot find businesses: the file has one at least, received none");
    }
    this.#store = store;
    this.#file = file;
    this.#first = first;
    this.#clock = clock;
    this.#log = log;
  }

  /** The business that takes what nobody else does. */
  get first(): Business {
    return this.#first;
  }

  /** By the number that was called; undefined where the call has none. */
  async byNumber(number: string | undefined): Promise<Business> {
    if (number === undefined) return this.#first;
    const read = await this.#ask(async () => {
      const business = await this.#store.byNumber(number);
      if (business) this.#memory.put(business);
      else this.#memory.forgetNumber(number);
      return business;
    });
    return (read.ok ? read.value : this.#memory.byNumber(number)) ??
      this.#file.find((business) => business.called_numbers.includes(number)) ?? this.#first;
  }

  async byId(id: string): Promise<Business> {
    const read = await this.#ask(async () => {
      const business = await this.#store.get(id);
      if (business) this.#memory.put(business);
      else this.#memory.forget(id);
      return business;
    });
    return (read.ok ? read.value : this.#memory.byId(id)) ??
      this.#file.find((business) => business.id === id) ?? this.#first;
  }

  /** Copies the store's list into memory. @returns false when the store is away; the last copies stay. */
  async refresh(): Promise<boolean> {
    try {
      const businesses = await this.#store.list();
      this.#memory.clear();
      for (const business of businesses) this.#memory.put(business);
      return true;
    } catch {
      this.#report("failed");
      return false;
    }
  }

  async #ask<T>(read: () => Promise<T>): Promise<WithinResult<T>> {
    const result = await within(this.#clock, STORE_DEADLINE_MS, read);
    if (!result.ok) this.#report(result.reason);
    return result;
  }

  #report(reason: string): void {
    this.#log.warnLimited(
      "business_store",
      `Cannot read businesses: the store answers within ${STORE_DEADLINE_MS} ms; using the last copy`,
      { reason },
    );
  }
}
