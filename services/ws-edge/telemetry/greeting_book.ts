import type { GreetingSourceName } from "shared/bus/telemetry.ts";
import type { UtteranceBegin } from "../tx/paced_sender.ts";
import { remember } from "./remember.ts";

/** How a call was greeted. */
export interface GreetingReport {
  /** Twilio's `start` to the first frame, ms. */
  readonly ms: number;
  readonly source: GreetingSourceName;
}

/**
 * Joins a greeting's first frame with where it was found, which the greeting's begin tells: before that frame, or
 * after it when the begin was lost once. Reports once per call.
 */
export class GreetingBook {
  readonly #startMs: number;
  readonly #sources = new Map<number, GreetingSourceName>();
  readonly #firstFramesMs = new Map<number, number>();
  #isReported = false;

  /** @param startMs Twilio's `start` was received. */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** An utterance of ours begins. */
  began({ utterance, greeting_source: source }: UtteranceBegin): GreetingReport | undefined {
    if (source) remember(this.#sources, utterance, source);
    return this.#report(utterance);
  }

  /** The first frame of an utterance left at `nowMs`. */
  firstFrameSent(utterance: number, nowMs: number): GreetingReport | undefined {
    if (!this.#firstFramesMs.has(utterance)) remember(this.#firstFramesMs, utterance, nowMs);
    return this.#report(utterance);
  }

  #report(utterance: number): GreetingReport | undefined {
    const source = this.#sources.get(utterance);
    const firstFrameMs = this.#firstFramesMs.get(utterance);
    if (this.#isReported || source === undefined || firstFrameMs === undefined) return undefined;
    this.#isReported = true;
    return { ms: Math.max(0, firstFrameMs - this.#startMs), source };
  }
}
