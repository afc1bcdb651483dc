import type { Credit } from "shared/bus/messages.ts";

export interface CreditWindowOptions {
  readonly epoch: number;
  /** Frames that may wait at the edge. */
  readonly window: number;
  readonly nextSeq: number;
  /** Whether it is open from the beginning: to a call's first worker, the offer is the first credit. */
  readonly isOpen: boolean;
}

/**
 * How far the producer may go: through `consumed_seq + window`, unless paused.
 *
 * - A successor's is closed until the first credit of its epoch: what is left of its predecessor is settled before.
 * - Positions only grow; credit of an older epoch or with a lower position is ignored.
 */
export class CreditWindow {
  readonly #epoch: number;
  readonly #window: number;
  #consumedSeq: number;
  #open: boolean;
  #paused = false;

  constructor({ epoch, window, nextSeq, isOpen }: CreditWindowOptions) {
    this.#epoch = epoch;
    this.#window = window;
    this.#consumedSeq = nextSeq - 1;
    this.#open = isOpen;
  }

  /** The last frame that no longer waits at the edge. */
  get consumedSeq(): number {
    return this.#consumedSeq;
  }

  /** How many frames may be sent, `nextSeq` the first of them. */
  allowance(nextSeq: number): number {
    if (!this.#open || this.#paused) return 0;
    return Math.max(0, this.#consumedSeq + this.#window + 1 - nextSeq);
  }

  /** Takes a credit; tells whether it is news, which is what `sync` is withheld for. */
  take(credit: Credit): "progress" | "nothing_new" | "ignored" {
    if (credit.epoch !== this.#epoch) return "ignored";
    if (this.#open && credit.consumed_seq < this.#consumedSeq) return "ignored";
    const progress = !this.#open || credit.consumed_seq > this.#consumedSeq ||
      (this.#paused && !credit.paused);
    this.#open = true;
    this.#consumedSeq = Math.max(this.#consumedSeq, credit.consumed_seq);
    this.#paused = credit.paused;
    return progress ? "progress" : "nothing_new";
  }
}
