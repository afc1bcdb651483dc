import type { Clock } from "shared/clock/clock.ts";

interface Entry<V> {
  readonly value: V;
  readonly expiresAtMs: number;
}

/**
 * A map whose entries end by themselves.
 *
 * - An entry lives `ttlMs` from its last `set`.
 * - At most `maxEntries`: beyond, the one set longest ago goes.
 */
export class ExpiringMap<V> {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #maxEntries: number;
  /** Set longest ago first, which is also the order in which they expire. */
  readonly #entries = new Map<string, Entry<V>>();

  constructor(clock: Clock, limits: { readonly ttlMs: number; readonly maxEntries: number }) {
    this.#clock = clock;
    this.#ttlMs = limits.ttlMs;
    this.#maxEntries = limits.maxEntries;
  }

  /** Entries held, of which the last may have expired since. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    this.#expire();
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAtMs: this.#clock.now() + this.#ttlMs });
    this.#expire();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #expire(): void {
    const now = this.#clock.now();
    for (const [key, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs > now && this.#entries.size <= this.#maxEntries) return;
      this.#entries.delete(key);
    }
  }
}
