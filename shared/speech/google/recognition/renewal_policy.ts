/** When one stream gives way to the next, and what follows from a failure. PURE. */
import type { EngineFailure } from "shared/speech/engine_failure.ts";

/** How long a stream may live, in audio or in real time, whichever is longer. */
export interface StreamLimits {
  /** From here on it is renewed when nobody speaks. */
  readonly calmMs: number;
  /** Here in any case. */
  readonly hardMs: number;
}

/** Google ends a stream after 305 s. */
export const STREAM_LIMITS: StreamLimits = { calmMs: 240_000, hardMs: 290_000 };

export type RenewalReason = "age" | "error" | "end" | "stuck";

const RETRY_DELAYS_MS = [0, 100, 300];
/** Failures at most so far apart follow each other quickly. */
const QUICK_MS = 5_000;
/** So many in a row, and streaming is given up for a while. */
const MAX_IN_A_ROW = 3;
/** A stream in silence answers nothing; after so long its failure is a new story. */
const HEALTHY_MS = 60_000;
/** A stream that lived so long had been well, even if it never had to answer. */
const WELL_MS = 1_000;

export function isRenewalDue(limits: StreamLimits, ageMs: number, isCalm: boolean): boolean {
  return ageMs >= limits.hardMs || (isCalm && ageMs >= limits.calmMs);
}

/** The stream that failed. */
export interface FailedStream {
  readonly hasAnswered: boolean;
  readonly livedMs: number;
}

/** Whether the other side had been there. */
export function wasWell({ hasAnswered, livedMs }: FailedStream): boolean {
  return hasAnswered || livedMs >= WELL_MS;
}

/**
 * - `count`: it may have been this once (a GOAWAY, a hiccup); too many are too many.
 * - `elsewhere`: another place may do what this one does not.
 * - `over`: it is certain.
 */
export type Verdict = "count" | "elsewhere" | "over";

/**
 * @param failure undefined: an end without an error.
 * @param stream undefined: none could be opened.
 * @param wasThere whether a stream of this call had been well since the other side was unreachable last.
 */
export function judge(
  failure: EngineFailure | undefined,
  stream: FailedStream | undefined,
  wasThere: boolean,
): Verdict {
  switch (failure?.kind) {
    case "unreachable":
      return wasThere ? "count" : "over";
    case "credentials":
    case "quota":
      return "over";
    case "timeout":
      // Who has waited for a place in vain has no time to wait again.
      return stream ? "count" : "over";
    case "refused":
      return stream?.hasAnswered ? "over" : "elsewhere";
    default:
      return "count";
  }
}

/** Failures without any response, or long health, between them. */
export class FailureStreak {
  #inARow = 0;
  #quick = 0;
  #lastMs = -Infinity;

  /**
   * @param livedMs how long the stream was well; 0: it never was.
   * @returns when to try again, in ms from now; undefined: give up.
   */
  failed(nowMs: number, livedMs: number): number | undefined {
    if (livedMs >= HEALTHY_MS) this.#inARow = 0;
    this.#quick = nowMs - this.#lastMs <= QUICK_MS ? this.#quick + 1 : 0;
    this.#lastMs = nowMs;
    if (++this.#inARow >= MAX_IN_A_ROW) return undefined;
    return RETRY_DELAYS_MS[Math.min(this.#quick, RETRY_DELAYS_MS.length - 1)]!;
  }

  answered(): void {
    this.#inARow = 0;
  }
}
