import type { ControlReply, TxRequest } from "shared/bus/messages.ts";

/** How many control numbers after the last gapless one are remembered. */
const WINDOW = 1_024;

/**
 * Applies each request of the current producer once, however often it is repeated and in whatever order the
 * repetitions arrive.
 */
export class ControlDesk {
  readonly #apply: (request: TxRequest) => void;
  #epoch = -1;
  /** Everything up to here was applied; beyond it, the numbers in `#ahead`. */
  #appliedThrough = 0;
  readonly #ahead = new Set<number>();

  constructor(apply: (request: TxRequest) => void) {
    this.#apply = apply;
  }

  /** The current producer's; -1 = there is none. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The producer is gone: whatever still comes from it is stale. */
  dismiss(): void {
    this.takeOver(-1);
  }

  /** A producer with this epoch takes over; its control counts from 1. */
  takeOver(epoch: number): void {
    this.#epoch = epoch;
    this.#appliedThrough = 0;
    this.#ahead.clear();
  }

  take(request: TxRequest): ControlReply {
    const { control_seq } = request;
    if (request.epoch !== this.#epoch) return { ok: false, control_seq, reason: "stale_epoch" };
    if (this.#remember(control_seq)) this.#apply(request);
    return { ok: true, control_seq };
  }

  /** Whether this number is new. */
  #remember(controlSeq: number): boolean {
    if (controlSeq <= this.#appliedThrough || this.#ahead.has(controlSeq)) return false;
    this.#ahead.add(controlSeq);
    while (this.#ahead.delete(this.#appliedThrough + 1)) this.#appliedThrough++;
    if (this.#ahead.size > WINDOW) this.#forgetGap();
    return true;
  }

  /** A number this long missing was given up by its sender. */
  #forgetGap(): void {
    this.#appliedThrough = Math.min(...this.#ahead);
    while (this.#ahead.delete(this.#appliedThrough)) this.#appliedThrough++;
    this.#appliedThrough--;
  }
}
