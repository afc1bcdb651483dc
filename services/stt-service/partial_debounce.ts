/** The first at once, then at most one per period, the latest wins. Knows no clock. */
export class PartialDebounce<T> {
  readonly #periodMs: number;
  #nextMs = -Infinity;
  #waiting: T | undefined;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  /** When `take` will give what waits; undefined when nothing does. */
  get dueMs(): number | undefined {
    return this.#waiting === undefined ? undefined : this.#nextMs;
  }

  /** @returns the item when it may go out now; otherwise it waits, in place of what waited before. */
  offer(item: T, nowMs: number): T | undefined {
    this.#waiting = item;
    return this.take(nowMs);
  }

  /** What waits, once it is due. */
  take(nowMs: number): T | undefined {
    if (this.#waiting === undefined || nowMs < this.#nextMs) return undefined;
    const item = this.#waiting;
    this.#waiting = undefined;
    this.#nextMs = nowMs + this.#periodMs;
    return item;
  }

  /** The utterance is over: what waits is not needed, and the next one goes out at once. */
  reset(): void {
    this.#waiting = undefined;
    this.#nextMs = -Infinity;
  }
}
