/** Names that a service refused, for a while. The oldest are forgotten when there are too many. PURE. */
export class RefusedNames {
  readonly #untilMs = new Map<string, number>();
  readonly #forMs: number;
  readonly #capacity: number;

  constructor(forMs: number, capacity = 100) {
    this.#forMs = forMs;
    this.#capacity = capacity;
  }

  has(name: string, nowMs: number): boolean {
    return (this.#untilMs.get(name) ?? -Infinity) > nowMs;
  }

  /** @returns whether it is the first time, as far back as is known. */
  add(name: string, nowMs: number): boolean {
    const isFirst = !this.#untilMs.delete(name);
    this.#untilMs.set(name, nowMs + this.#forMs);
    for (const oldest of this.#untilMs.keys()) {
      if (this.#untilMs.size <= this.#capacity) break;
      this.#untilMs.delete(oldest);
    }
    return isFirst;
  }
}
