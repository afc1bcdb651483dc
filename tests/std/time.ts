/** A stand-in for `@std/testing/time` over `@sinonjs/fake-timers`: the same names and signatures. */
import { type Clock, install } from "@sinonjs/fake-timers";

/**
 * Fakes `Date`, `setTimeout`, `setInterval` and their clears until restored. As in `@std/testing`,
 * `performance.now()` is real: what paces frames is tested with `shared/testing/fake_clock.ts`.
 */
export class FakeTime implements Disposable {
  static #current: FakeTime | undefined;
  readonly #clock: Clock;
  readonly #startMs: number;

  /** @param start the faked time; now, when not given */
  constructor(start?: number | string | Date | null) {
    if (FakeTime.#current) {
      throw new TypeError("Cannot construct FakeTime: time is already faked");
    }
    this.#startMs = start === undefined || start === null ? Date.now() : new Date(start).valueOf();
    if (Number.isNaN(this.#startMs)) {
      throw new TypeError(`Cannot construct FakeTime: start is no time, received ${start}`);
    }
    this.#clock = install({
      now: this.#startMs,
      toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
      // A chain of timers that never ends is a defect of the test, found soon.
      loopLimit: 10_000,
    });
    FakeTime.#current = this;
  }

  static restore(): void {
    if (!FakeTime.#current) throw new TypeError("Cannot restore FakeTime: time is not faked");
    FakeTime.#current.restore();
  }

  get start(): number {
    return this.#startMs;
  }

  get now(): number {
    return this.#clock.now;
  }

  /** Moves forward to `value`, firing what comes due on the way. */
  set now(value: number) {
    if (value < this.now) {
      throw new RangeError(`Cannot set time: it only moves forward, received ${value}`);
    }
    this.tick(value - this.now);
  }

  tick(ms = 0): void {
    this.#clock.tick(ms);
  }

  /** As {@link tick}, and lets promises settle between the timers. */
  async tickAsync(ms = 0): Promise<void> {
    await this.#clock.tickAsync(ms);
  }

  /** Fires the next timer; false when there is none. */
  next(): boolean {
    const waiting = this.#clock.countTimers() > 0;
    this.#clock.next();
    return waiting;
  }

  async nextAsync(): Promise<boolean> {
    await this.runMicrotasks();
    return this.next();
  }

  runAll(): void {
    this.#clock.runAll();
  }

  async runAllAsync(): Promise<void> {
    await this.#clock.runAllAsync();
  }

  /** Lets all promises settle that need no timer. */
  async runMicrotasks(): Promise<void> {
    await this.#clock.tickAsync(0);
  }

  restore(): void {
    if (FakeTime.#current !== this) {
      throw new TypeError("Cannot restore FakeTime: it is already restored");
    }
    FakeTime.#current = undefined;
    this.#clock.uninstall();
  }

  [Symbol.dispose](): void {
    this.restore();
  }
}
