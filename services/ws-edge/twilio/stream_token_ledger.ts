export type TokenUse = "first" | "used" | "full";

/** As many verified tokens in a minute: more than 1,600 new calls a second. */
const DEFAULT_CAPACITY = 100_000;

/**
 * Which stream tokens this edge has taken. Pure.
 *
 * - A token is forgotten when it has expired; from then on its expiry refuses it.
 * - Full, it refuses: a token that cannot be remembered could be used twice.
 */
export class UsedTokens {
  readonly #capacity: number;
  readonly #expiresAtMs = new Map<string, number>();

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#expiresAtMs.size;
  }

  /** Takes a verified token, once. */
  use(token: string, expiresAtMs: number, nowMs: number): TokenUse {
    this.#forgetOldest(nowMs);
    if (this.#expiresAtMs.has(token)) return "used";
    if (this.size >= this.#capacity) this.#forgetAll(nowMs);
    if (this.size >= this.#capacity) return "full";
    this.#expiresAtMs.set(token, expiresAtMs);
    return "first";
  }

  /** Tokens come nearly in the order in which they expire: the first that lives ends the search. */
  #forgetOldest(nowMs: number): void {
    for (const [token, expiresAtMs] of this.#expiresAtMs) {
      if (expiresAtMs > nowMs) return;
      this.#expiresAtMs.delete(token);
    }
  }

  #forgetAll(nowMs: number): void {
    for (const [token, expiresAtMs] of this.#expiresAtMs) {
      if (expiresAtMs <= nowMs) this.#expiresAtMs.delete(token);
    }
  }
}
