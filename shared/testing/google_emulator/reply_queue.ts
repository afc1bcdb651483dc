/** When answers go out: in order, later by the script's delay, and not at all while the emulator hangs. */
import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";

/** Common to all answers of an emulator. */
export class ReplyGate {
  readonly clock: Clock;
  readonly #delays: { readonly replyDelayMs: number };
  readonly #queues = new Set<ReplyQueue>();
  #hangs = false;

  constructor(clock: Clock, delays: { readonly replyDelayMs: number }) {
    this.clock = clock;
    this.#delays = delays;
  }

  get hangs(): boolean {
    return this.#hangs;
  }

  get delayMs(): number {
    return this.#delays.replyDelayMs;
  }

  /** The answers of one call. */
  openQueue(): ReplyQueue {
    const queue = new ReplyQueue(this, () => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue;
  }

  hang(): void {
    this.#hangs = true;
  }

  /** What was held back meanwhile goes out at once. */
  resume(): void {
    this.#hangs = false;
    for (const queue of [...this.#queues]) queue.pump();
  }

  /** Nothing is sent any more. */
  close(): void {
    for (const queue of [...this.#queues]) queue.close();
  }
}

interface Reply {
  readonly dueMs: number;
  readonly send: () => void;
}

/** Bounded by its call: a stream of at most 305 s, some ten answers a second. */
export class ReplyQueue {
  readonly #gate: ReplyGate;
  readonly #onClose: () => void;
  readonly #waiting: Reply[] = [];
  #cancelTimer: Cancel = () => {};
  #hangs = false;
  #isClosed = false;

  constructor(gate: ReplyGate, onClose: () => void) {
    this.#gate = gate;
    this.#onClose = onClose;
  }

  /** @param lateMs later than others by so much. */
  send(send: () => void, lateMs = 0): void {
    if (this.#isClosed) return;
    this.#waiting.push({ send, dueMs: this.#gate.clock.now() + this.#gate.delayMs + lateMs });
    this.pump();
  }

  /** Nothing of this call is answered any more. */
  hang(): void {
    this.#hangs = true;
  }

  /** Sends what is due. */
  pump(): void {
    this.#cancelTimer();
    while (!this.#isClosed && !this.#hangs && !this.#gate.hangs) {
      const first = this.#waiting[0];
      if (!first) return;
      const leftMs = first.dueMs - this.#gate.clock.now();
      if (leftMs > 0) {
        this.#cancelTimer = after(this.#gate.clock, leftMs, () => this.pump());
        return;
      }
      this.#waiting.shift();
      first.send();
    }
  }

  /** What has not been sent never is. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#waiting.length = 0;
    this.#onClose();
  }
}
