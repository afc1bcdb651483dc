import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { NextAction, NextActionStore } from "shared/store/stores.ts";
import { within } from "shared/clock/within.ts";

export type NextActionLookup =
  | { readonly found: true; readonly action: NextAction }
  | { readonly found: false; readonly reason: "none" | "unreachable" };

/** Twilio asks within seconds of the close; what nobody asked for is forgotten. */
const REMEMBER_MS = 10 * 60_000;
const STORE_DEADLINE_MS = 60;
const DEFAULT_CAPACITY = 10_000;

interface Remembered {
  readonly action: NextAction;
  readonly untilMs: number;
}

/**
 * What each call does after its stream: this edge's memory in front of the store.
 *
 * - The memory has it at once and answers first; the store is for the edge that Twilio may ask instead.
 * - No method rejects: a store that is away or slow is logged, and nothing waits longer than 60 ms for it.
 */
export class NextActions {
  readonly #store: NextActionStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #capacity: number;
  /** In the order in which they are forgotten. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(
    { store, clock, log, capacity = DEFAULT_CAPACITY }: {
      readonly store: NextActionStore;
      readonly clock: Clock;
      readonly log: Log;
      readonly capacity?: number;
    },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#remembered.size;
  }

  /** @returns whether the store has it too; wait for it before a close that another edge may answer for. */
  put(call: string, action: NextAction): Promise<boolean> {
    this.#forgetOld();
    this.#remembered.delete(call);
    this.#remembered.set(call, { action, untilMs: this.#clock.now() + REMEMBER_MS });
    if (this.#remembered.size > this.#capacity) this.#forgetOldest();
    return this.#inStore("write", call, () => this.#store.put(call, action));
  }

  async get(call: string): Promise<NextActionLookup> {
    this.#forgetOld();
    const remembered = this.#remembered.get(call);
    if (remembered) return { found: true, action: remembered.action };
    const read = await within(this.#clock, STORE_DEADLINE_MS, () => this.#store.get(call));
    if (!read.ok) {
      this.#report("read", call, read.reason);
      return { found: false, reason: "unreachable" };
    }
    return read.value ? { found: true, action: read.value } : { found: false, reason: "none" };
  }

  /** A new stream of the call has begun: what was to follow the last one is done. */
  delete(call: string): Promise<boolean> {
    this.#remembered.delete(call);
    return this.#inStore("delete", call, () => this.#store.delete(call));
  }

  async #inStore(what: string, call: string, work: () => Promise<void>): Promise<boolean> {
    const done = await within(this.#clock, STORE_DEADLINE_MS, work);
    if (!done.ok) this.#report(what, call, done.reason);
    return done.ok;
  }

  #report(what: string, call: string, reason: string): void {
    this.#log.warnLimited(
      `next_action_${what}`,
      `Cannot ${what} a call's next action: the store answers within ${STORE_DEADLINE_MS} ms`,
      { call, reason },
    );
  }

  #forgetOld(): void {
    const nowMs = this.#clock.now();
    for (const [call, { untilMs }] of this.#remembered) {
      if (untilMs > nowMs) return;
      this.#remembered.delete(call);
    }
  }

  #forgetOldest(): void {
    for (const call of this.#remembered.keys()) {
      this.#remembered.delete(call);
      return;
    }
  }
}
