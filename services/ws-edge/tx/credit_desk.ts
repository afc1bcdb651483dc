import type { Credit, UtterancePlay } from "shared/bus/messages.ts";
import type { TxQueue } from "./queue.ts";

/** Frames sent between two credits. */
const FRAMES_PER_CREDIT = 2;
/** Cleared utterances that a credit names. */
const CLEARED_KEPT = 16;

/** Tells the producer how far it may go: positions, so that a lost credit is made good by the next. */
export class CreditDesk {
  readonly #queue: TxQueue;
  readonly #publish: (credit: Credit) => void;
  readonly #streamMs: () => number;
  /** Undefined until somebody has taken the call: nobody may send yet. */
  #epoch: number | undefined;
  #framesSinceCredit = 0;
  #cleared: UtterancePlay[] = [];

  constructor(queue: TxQueue, streamMs: () => number, publish: (credit: Credit) => void) {
    this.#queue = queue;
    this.#streamMs = streamMs;
    this.#publish = publish;
  }

  /** The producer is gone: nobody may send. */
  dismiss(): void {
    this.#epoch = undefined;
  }

  takeOver(epoch: number): void {
    this.#epoch = epoch;
    this.publish();
  }

  frameSent(): void {
    if (++this.#framesSinceCredit >= FRAMES_PER_CREDIT) this.publish();
  }

  cleared(plays: readonly UtterancePlay[]): void {
    this.#cleared = [...this.#cleared, ...plays].slice(-CLEARED_KEPT);
    this.publish();
  }

  publish(): void {
    this.#framesSinceCredit = 0;
    if (this.#epoch === undefined) return;
    this.#publish({
      epoch: this.#epoch,
      consumed_seq: this.#queue.consumedSeq,
      cleared_through: this.#queue.clearedThrough,
      cleared: this.#cleared,
      queued: this.#queue.frames,
      paused: this.#queue.paused,
      stream_ms: this.#streamMs(),
    });
  }
}
