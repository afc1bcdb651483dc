import { type Clock, ENDED } from "shared/clock/clock.ts";

const DEFAULT_CAPACITY = 1_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;
/** A receiver that says nothing for so long counts as away. */
const SEND_LIMIT_MS = 5_000;
/** So often a receiver may say no: it may be about to be ready. */
const MAX_REFUSALS = 5;

export interface OutboxOptions<T> {
  readonly clock: Clock;
  /** Items with the same key are one thing: the newer replaces the one that still waits. */
  readonly key: (item: T) => string;
  /**
   * Hands one item over. Rejects while the receiver is away: tried again without end. `false` = refused: given up
   * at the fifth refusal. Must bear that an item comes twice, since an answer may be lost.
   */
  readonly write: (item: T) => Promise<boolean | void>;
  /** Told how many items were given up, never 0. */
  readonly onLost: (count: number) => void;
  /** Told every failed try that will be tried again. */
  readonly onRetry?: (cause: unknown) => void;
  /** Items that may wait; beyond, the oldest is given up. Default 1,000. */
  readonly capacity?: number;
}

interface Entry<T> {
  readonly item: T;
  /** Its age among the entries: the lowest is the oldest. */
  readonly order: number;
  readonly refusals: number;
}

/**
 * What must be written at some time: kept until it is, in bounds, and never lost without being counted.
 *
 * - One item is on its way at a time, so items of one key arrive in the order in which they were pushed.
 * - After a failure the next try waits 200 ms, then twice as long each time up to 5 s; a success ends that.
 * - One that failed goes behind the others: what its receiver never takes holds nobody up.
 */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>;
  readonly #capacity: number;
  /** In the order in which they are tried. */
  readonly #waiting = new Map<string, Entry<T>>();
  readonly #stopped = new AbortController();
  #sending = false;
  #pushed = 0;
  #retryMs = FIRST_RETRY_MS;
  /** Ends the pause before the next try. */
  #hurry = new AbortController();
  #draining = false;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;

  constructor(options: OutboxOptions<T>) {
    const { capacity = DEFAULT_CAPACITY } = options;
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new TypeError(
        `Cannot make an outbox: its capacity is 1 item at least, received ${capacity}`,
      );
    }
    this.#options = options;
    this.#capacity = capacity;
  }

  /** Items not handed over yet, the one on its way included. */
  get size(): number {
    return this.#waiting.size + (this.#sending ? 1 : 0);
  }

  /** Takes an item; once stopped, it is given up at once. */
  push(item: T): void {
    if (this.#stopped.signal.aborted) return this.#options.onLost(1);
    const key = this.#options.key(item);
    const order = this.#waiting.get(key)?.order ?? this.#pushed++;
    this.#waiting.set(key, { item, order, refusals: 0 });
    if (this.#waiting.size > this.#capacity) this.#dropOldest();
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /**
   * Tries, without long pauses, until everything is handed over or the time `deadlineMs` is reached; then stops. A
   * refusal is final.
   *
   * @returns how many items were given up at the deadline.
   */
  async drain(deadlineMs: number): Promise<number> {
    this.#draining = true;
    this.#hurry.abort(ENDED);
    const done = new AbortController();
    await Promise.race([
      this.#running.then(() => done.abort(ENDED)),
      this.#options.clock.sleepUntil(deadlineMs, done.signal),
    ]);
    done.abort(ENDED);
    return this.stop();
  }

  /** Ends all tries at once. What waits, or is on its way unconfirmed, is given up. @returns how many. */
  stop(): number {
    if (this.#stopped.signal.aborted) return 0;
    const lost = this.size;
    this.#stopped.abort();
    this.#hurry.abort(ENDED);
    this.#waiting.clear();
    if (lost > 0) this.#options.onLost(lost);
    return lost;
  }

  async #run(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (!next) break;
      const [key, entry] = next;
      this.#waiting.delete(key);
      const outcome = await this.#send(entry.item);
      if (this.#stopped.signal.aborted) break;
      if (outcome.done) this.#retryMs = FIRST_RETRY_MS;
      else await this.#retry(key, entry, outcome);
    }
    this.#isRunning = false;
  }

  async #send(item: T): Promise<Outcome> {
    const { clock } = this.#options;
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, this.#stopped.signal]);
    this.#sending = true;
    const answer = this.#attempt(item).finally(() => done.abort(ENDED));
    const tooLate = clock.sleepUntil(clock.now() + SEND_LIMIT_MS, signal)
      .then((reached) => reached ? failure(`no answer in ${SEND_LIMIT_MS} ms`) : answer);
    const outcome = await Promise.race([answer, tooLate]);
    this.#sending = false;
    return outcome;
  }

  async #attempt(item: T): Promise<Outcome> {
    try {
      const taken = await this.#options.write(item);
      return taken === false ? { ...failure("refused"), refused: true } : { done: true };
    } catch (cause) {
      return failure(cause);
    }
  }

  async #retry(key: string, entry: Entry<T>, { refused, cause }: Failure): Promise<void> {
    const { clock, onLost, onRetry } = this.#options;
    const refusals = entry.refusals + (refused ? 1 : 0);
    // A drain has no time to see whether a receiver changes its mind.
    if (refusals >= MAX_REFUSALS || (refused && this.#draining)) return onLost(1);
    onRetry?.(cause);
    // A newer one of its key has come meanwhile: this one is out of date.
    if (!this.#waiting.has(key)) this.#waiting.set(key, { ...entry, refusals });
    if (this.#waiting.size > this.#capacity) this.#dropOldest();
    this.#hurry = new AbortController();
    const pauseMs = this.#draining ? FIRST_RETRY_MS : this.#retryMs;
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    await clock.sleepUntil(clock.now() + pauseMs, this.#hurry.signal);
  }

  #dropOldest(): void {
    let oldest: readonly [key: string, order: number] | undefined;
    for (const [key, { order }] of this.#waiting) {
      if (oldest === undefined || order < oldest[1]) oldest = [key, order];
    }
    if (oldest === undefined) return;
    this.#waiting.delete(oldest[0]);
    this.#options.onLost(1);
  }
}

interface Failure {
  readonly done: false;
  readonly refused: boolean;
  readonly cause: unknown;
}

type Outcome = { readonly done: true } | Failure;

const failure = (cause: unknown): Failure => ({ done: false, refused: false, cause });
