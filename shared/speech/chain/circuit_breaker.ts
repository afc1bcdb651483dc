/** PURE. Whether an engine is asked at all: what failed rests, and is tried again with one request. */
import type { FailureKind } from "../engine_failure.ts";

/** No failure of these kinds is an accident. */
const CERTAIN: ReadonlySet<FailureKind> = new Set([
  "unreachable",
  "credentials",
  "quota",
  "refused",
]);
const LONGEST_OPEN_MS = 60_000;

export interface CircuitBreakerOptions {
  /** So many failures in a row that might be accidents open it. Default 3. */
  readonly failures?: number;
  /** How long it rests after the first opening; twice as long after each probe that failed, at most 60 s. Default 10,000. */
  readonly openMs?: number;
}

/** `closed`: everything is let through. `open`: nothing. `half_open`: one probe is on its way. */
export type BreakerState = "closed" | "open" | "half_open";

/** One engine's breaker, or that of one variant of what it is asked for. `nowMs` is any monotonic clock. */
export class CircuitBreaker {
  readonly #failures: number;
  readonly #firstOpenMs: number;
  #openMs: number;
  #state: BreakerState = "closed";
  #failuresInRow = 0;
  /** Closed, but no request has shown yet that it works. */
  #isOnTrial = false;
  /** When the next probe may go: the rest is over, or the last probe has no say any more. */
  #probeAtMs = 0;

  constructor({ failures = 3, openMs = 10_000 }: CircuitBreakerOptions = {}) {
    this.#failures = failures;
    this.#firstOpenMs = openMs;
    this.#openMs = openMs;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** What `allows` would answer; takes nothing. */
  wouldAllow(nowMs: number): boolean {
    return this.#state === "closed" || nowMs >= this.#probeAtMs;
  }

  /** Whether a request may go. In `open` and `half_open` a yes makes it the probe, whose outcome is to be told. */
  allows(nowMs: number): boolean {
    if (!this.wouldAllow(nowMs)) return false;
    if (this.#state !== "closed") {
      this.#state = "half_open";
      this.#probeAtMs = nowMs + this.#openMs;
    }
    return true;
  }

  /** While `open` it counts for nothing: that request began before. */
  succeeded(): void {
    if (this.#state === "open") return;
    this.#state = "closed";
    this.#isOnTrial = false;
    this.#failuresInRow = 0;
    this.#openMs = this.#firstOpenMs;
  }

  /** The probe only asked whether it is there: it closes, but the first request that fails opens it again. */
  passedCheck(): void {
    if (this.#state === "open") return;
    this.#state = "closed";
    this.#isOnTrial = true;
  }

  /** While `open` it counts for nothing either. @returns whether it has opened by it. */
  failed(kind: FailureKind, nowMs: number): boolean {
    if (this.#state === "open") return false;
    this.#failuresInRow++;
    const isProbe = this.#state === "half_open" || this.#isOnTrial;
    if (isProbe) this.#openMs = Math.min(2 * this.#openMs, LONGEST_OPEN_MS);
    const isOut = isProbe || CERTAIN.has(kind) || this.#failuresInRow >= this.#failures;
    if (isOut) this.open(nowMs);
    return isOut;
  }

  /** Opens it, whatever has been. */
  open(nowMs: number): void {
    this.#state = "open";
    this.#isOnTrial = false;
    this.#probeAtMs = nowMs + this.#openMs;
  }
}
