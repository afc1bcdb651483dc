import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "../log.ts";
import type { Business } from "shared/store/business.ts";
import type { BusinessStore } from "shared/store/stores.ts";

/** Copies kept; full, the oldest goes. */
const MAX_COPIES = 10_000;

export interface BusinessesOptions {
  readonly store: Pick<BusinessStore, "get" | "list">;
  /** The content of `BUSINESS_FILE`: what the store does not have and no copy tells of. */
  readonly file: readonly Business[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Businesses by id: from the store, else the last copy in memory, else the file's.
 *
 * Which business a call is for was settled by its edge: one that was deleted since, or that the store does not tell in
 * time, is served by what is known of it. A worker that refused such a call would leave it without anybody.
 */
export class Businesses {
  readonly #options: BusinessesOptions;
  readonly #file: ReadonlyMap<string, Business>;
  readonly #copies = new Map<string, Business>();

  constructor(options: BusinessesOptions) {
    this.#options = options;
    this.#file = new Map(options.file.map((business) => [business.id, business]));
  }

  /** Every business known without asking. */
  get copies(): Iterable<Business> {
    return new Map([...this.#file, ...this.#copies]).values();
  }

  /** The last copy in memory, else the file's. */
  copy(id: string): Business | undefined {
    return this.#copies.get(id) ?? this.#file.get(id);
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
    return this.copy(id);
  }

  async #read(id: string): Promise<void> {
    const business = await this.#options.store.get(id);
    if (business) this.#keep(business);
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
