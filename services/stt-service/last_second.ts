const SLOTS = 5;

/** What happened in the last second, as five slots of 200 ms. */
export class LastSecond {
  readonly #drops = new Uint32Array(SLOTS);
  readonly #writes = new Uint32Array(SLOTS);
  readonly #writeMs = new Float64Array(SLOTS);
  #slot = 0;

  dropped(): void {
    this.#drops[this.#slot]!++;
  }

  wrote(tookMs: number): void {
    this.#writes[this.#slot]!++;
    this.#writeMs[this.#slot]! += tookMs;
  }

  get drops(): number {
    return sum(this.#drops);
  }

  /** What one write took, on average. */
  get writeMs(): number {
    const writes = sum(this.#writes);
    return writes === 0 ? 0 : sum(this.#writeMs) / writes;
  }

  /** To be called every 200 ms: the oldest slot is forgotten. */
  turn(): void {
    this.#slot = (this.#slot + 1) % SLOTS;
    this.#drops[this.#slot] = this.#writes[this.#slot] = this.#writeMs[this.#slot] = 0;
  }
}

function sum(values: Uint32Array | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
