/** Twilio opens a stream within about a second of the answer that asked for it; another edge may get it. */
const EXPECTED_MS = 5_000;
const CAPACITY = 10_000;

/** The streams that this edge's answers have asked Twilio for and that have not come yet: a drain waits for them. */
export class ExpectedStreams {
  /** Until when, by CallSid, in the order of their answers. */
  readonly #untilMs = new Map<string, number>();

  answered(call: string, nowMs: number): void {
    this.#untilMs.delete(call);
    this.#untilMs.set(call, nowMs + EXPECTED_MS);
    this.#forget(nowMs);
  }

  came(call: string): void {
    this.#untilMs.delete(call);
  }

  /** How many may still come. */
  count(nowMs: number): number {
    this.#forget(nowMs);
    return this.#untilMs.size;
  }

  #forget(nowMs: number): void {
    for (const [call, untilMs] of this.#untilMs) {
      if (untilMs > nowMs && this.#untilMs.size <= CAPACITY) return;
      this.#untilMs.delete(call);
    }
  }
}
