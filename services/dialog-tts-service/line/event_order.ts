import type { RxEvent } from "shared/bus/messages.ts";

/** Missing events are asked for at once and once again; then the call goes on without them. */
const GIVE_UP_MS = 400;
/** As many as the edge keeps to send again. */
const MAX_HELD = 64;

/**
 * Puts the numbered events of the caller's side in order: each once, one behind a gap only when the gap is
 * filled or given up.
 */
export class EventOrder {
  readonly #held = new Map<number, RxEvent>();
  #last: number | undefined;
  #gapSinceMs = 0;

  /** @param last the event before the first to be taken; undefined: whichever comes first is the first. */
  constructor(last: number | undefined) {
    this.#last = last;
  }

  /** The last event up to which none is missing. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Whether events are missing before one that has come. */
  get gap(): boolean {
    return this.#held.size > 0;
  }

  /** @returns what may now be acted on, in order. */
  take(event: RxEvent, nowMs: number): RxEvent[] {
    this.#last ??= event.event - 1;
    if (event.event <= this.#last || this.#held.has(event.event)) return [];
    if (!this.gap) this.#gapSinceMs = nowMs;
    this.#held.set(event.event, event);
    if (this.#held.size > MAX_HELD) return this.#skipGap(nowMs);
    return this.#inOrder(nowMs);
  }

  /** Gives up what has been missing for too long; returns what waited behind it. */
  expire(nowMs: number): RxEvent[] {
    return this.gap && nowMs - this.#gapSinceMs >= GIVE_UP_MS ? this.#skipGap(nowMs) : [];
  }

  #skipGap(nowMs: number): RxEvent[] {
    this.#last = Math.min(...this.#held.keys()) - 1;
    return this.#inOrder(nowMs);
  }

  #inOrder(nowMs: number): RxEvent[] {
    const ready: RxEvent[] = [];
    for (;;) {
      const next = this.#held.get(this.#last! + 1);
      if (!next) break;
      this.#last = next.event;
      this.#held.delete(next.event);
      ready.push(next);
    }
    if (ready.length > 0) this.#gapSinceMs = nowMs;
    return ready;
  }
}
