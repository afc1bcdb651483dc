import type { UtteranceBegin } from "../tx/paced_sender.ts";
import { remember } from "./remember.ts";

/** How soon a caller silenced Kav. */
export interface BargeInReport {
  /** Onset of the caller's speech to the last frame sent, ms. */
  readonly ms: number;
  /** The turn that was silenced; undefined when its begin was lost. */
  readonly turn: number | undefined;
}

/** Joins an utterance that a caller silenced with its turn and with the onset of the speech, on the edge's clock. */
export class BargeInBook {
  readonly #receivedMs: (streamMs: number) => number | undefined;
  readonly #turns = new Map<number, number>();

  /** @param receivedMs when (our clock) the caller's frame at that stream time had arrived */
  constructor(receivedMs: (streamMs: number) => number | undefined) {
    this.#receivedMs = receivedMs;
  }

  /** An utterance of ours begins. */
  began({ utterance, turn }: UtteranceBegin): void {
    remember(this.#turns, utterance, turn);
  }

  /** Undefined when the onset is too long ago to be known. */
  bargedIn(utterance: number, lastFrameSentMs: number, onsetMs: number): BargeInReport | undefined {
    const receivedMs = this.#receivedMs(onsetMs);
    if (receivedMs === undefined) return undefined;
    const ms = Math.max(0, lastFrameSentMs - receivedMs);
    return { ms, turn: this.#turns.get(utterance) };
  }
}
