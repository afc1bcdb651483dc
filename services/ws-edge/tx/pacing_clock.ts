import { type Clock, ENDED } from "shared/clock/clock.ts";

/** Something that acts at deadlines of its own. */
export interface Paced {
  /** When it wants to be called next; Infinity = not before a `wake`. */
  readonly dueMs: number;
  /** Does what is due at `nowMs`. */
  tick(nowMs: number): void;
}

/**
 * The one clock that sends every frame of every call of this process: it sleeps until the earliest deadline,
 * then serves all that are due. (A timer per call costs several times the CPU and bunches.)
 */
export class PacingClock {
  readonly #clock: Clock;
  readonly #members = new Set<Paced>();
  #sleepsUntilMs = -Infinity;
  #sleep = new AbortController();
  #stopped = false;
  readonly #loop: Promise<void>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#loop = this.#run();
  }

  add(member: Paced): void {
    this.#members.add(member);
    this.wake(member);
  }

  remove(member: Paced): void {
    this.#members.delete(member);
  }

  /** Tells that `member` may be due earlier than it was. */
  wake(member: Paced): void {
    if (member.dueMs < this.#sleepsUntilMs) this.#sleep.abort(ENDED);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#members.clear();
    this.#sleep.abort(ENDED);
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      // Until the next deadline is known, every wake asks for another round.
      this.#sleepsUntilMs = Infinity;
      this.#sleepsUntilMs = this.#serve(this.#clock.now());
      const reached = await this.#clock.sleepUntil(this.#sleepsUntilMs, this.#sleep.signal);
      if (!reached) this.#sleep = new AbortController();
    }
  }

  /** Serves what is due; returns the next deadline. */
  #serve(nowMs: number): number {
    let nextMs = Infinity;
    for (const member of this.#members) {
      if (member.dueMs <= nowMs) member.tick(nowMs);
      if (member.dueMs < nextMs) nextMs = member.dueMs;
    }
    return nextMs;
  }
}
