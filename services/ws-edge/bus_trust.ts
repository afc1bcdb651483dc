/** An answer that took longer means that the server, or this process, stood still. */
const PROMPT_MS = 150;
/** After a doubt workers have so long to be heard again. */
const GRACE_MS = 1_500;
/** Longer than a heartbeat's period: who lives was heard meanwhile. */
const PROVEN_MS = 300;

/**
 * Whether silence may be held against workers: only after the bus itself has answered promptly, again and again,
 * for longer than a heartbeat takes. Knows no clock: every method takes `nowMs`, monotonic.
 */
export class BusTrust {
  #graceUntilMs = -Infinity;
  #provenSinceMs: number | undefined;

  /** The bus is away, or was; workers get their grace anew. */
  doubt(nowMs: number): void {
    this.#graceUntilMs = nowMs + GRACE_MS;
    this.#provenSinceMs = undefined;
  }

  /** Nobody asks any more, or nobody could: the proof has a gap and begins anew. */
  interrupt(): void {
    this.#provenSinceMs = undefined;
  }

  /** The bus has answered what it was asked at `askedMs`. */
  answered(askedMs: number, nowMs: number): void {
    if (nowMs - askedMs > PROMPT_MS) this.doubt(nowMs);
    else this.#provenSinceMs ??= askedMs;
  }

  /** Whether a worker that is silent now is to blame itself. */
  isProven(nowMs: number): boolean {
    return nowMs >= this.#graceUntilMs && this.#provenSinceMs !== undefined &&
      nowMs - this.#provenSinceMs >= PROVEN_MS;
  }
}
