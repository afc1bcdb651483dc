import type { Business } from "shared/store/business.ts";

const DEFAULT_CAPACITY = 10_000;

/** The last copies of businesses, found by id and by called number. Full, it forgets the oldest copy. */
export class BusinessMemory {
  readonly #capacity: number;
  readonly #byId = new Map<string, Business>();
  readonly #idByNumber = new Map<string, string>();

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#byId.size;
  }

  byId(id: string): Business | undefined {
    return this.#byId.get(id);
  }

  byNumber(number: string): Business | undefined {
    const id = this.#idByNumber.get(number);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  put(business: Business): void {
    this.forget(business.id);
    this.#byId.set(business.id, business);
    for (const number of business.called_numbers) this.#idByNumber.set(number, business.id);
    if (this.#byId.size <= this.#capacity) return;
    for (const oldest of this.#byId.keys()) {
      this.forget(oldest);
      return;
    }
  }

  forget(id: string): void {
    const business = this.#byId.get(id);
    if (!business) return;
    this.#byId.delete(id);
    for (const number of business.called_numbers) {
      if (this.#idByNumber.get(number) === id) this.#idByNumber.delete(number);
    }
  }

  /** The number is known to reach nobody. */
  forgetNumber(number: string): void {
    this.#idByNumber.delete(number);
  }

  clear(): void {
    this.#byId.clear();
    this.#idByNumber.clear();
  }
}
