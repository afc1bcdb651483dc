import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { BusinessStore } from "shared/store/stores.ts";
import { BusinessMemory } from "./business_memory.ts";
import { within } from "shared/clock/within.ts";

const STORE_DEADLINE_MS = 60;

/** How a business is found in each place. */
interface Search {
  readonly inStore: () => Promise<Business | undefined>;
  /** The store does not know it any more. */
  readonly forget: () => void;
  readonly inMemory: () => Business | undefined;
  readonly inFile: (business: Business) => boolean;
}

/**
 * Finds the business of a call within 60 ms: in the store; where it is away or slow, in the last copy in memory; else
 * in the business file. Whom nobody knows is the file's first business. Never rejects.
 *
 * What a store says that holds any business counts: one that was deleted there does not live on in the file.
 */
export class BusinessDirectory {
  readonly #store: BusinessStore;
  readonly #file: readonly Business[];
  readonly #first: Business;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #memory = new BusinessMemory();
  /** Whether the store is known to hold a business: an empty one tells nothing. */
  #storeIsFilled = false;

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
    return await this.#find({
      inStore: () => this.#store.byNumber(number),
      forget: () => this.#memory.forgetNumber(number),
      inMemory: () => this.#memory.byNumber(number),
      inFile: (business) => business.called_numbers.includes(number),
    });
  }

  byId(id: string): Promise<Business> {
    return this.#find({
      inStore: () => this.#store.get(id),
      forget: () => this.#memory.forget(id),
      inMemory: () => this.#memory.byId(id),
      inFile: (business) => business.id === id,
    });
  }

  /** Copies the store's list into memory. @returns false when the store is away; the last copies stay. */
  async refresh(): Promise<boolean> {
    try {
      const businesses = await this.#store.list();
      this.#memory.clear();
      this.#storeIsFilled = businesses.length > 0;
      for (const business of businesses) this.#memory.put(business);
      return true;
    } catch {
      this.#report("failed");
      return false;
    }
  }

  async #find({ inStore, forget, inMemory, inFile }: Search): Promise<Business> {
    const read = await within(this.#clock, STORE_DEADLINE_MS, async () => {
      const business = await inStore();
      if (business) this.#keep(business);
      else forget();
      return business;
    });
    if (!read.ok) this.#report(read.reason);
    const found = read.ok ? read.value : inMemory();
    if (found) return found;
    const isGone = read.ok && this.#storeIsFilled;
    return (isGone ? undefined : this.#file.find(inFile)) ?? this.#first;
  }

  #keep(business: Business): void {
    this.#storeIsFilled = true;
    this.#memory.put(business);
  }

  #report(reason: string): void {
    this.#log.warnLimited(
      "business_store",
      `Cannot read businesses: the store answers within ${STORE_DEADLINE_MS} ms; using the last copy`,
      { reason },
    );
  }
}
