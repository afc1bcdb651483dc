import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SystemClock } from "./system_clock.ts";

const LONG_MS = 60_000;

describe("SystemClock.sleepUntil()", () => {
  it("never wakes before its deadline, fractions included", async () => {
    const clock = new SystemClock();
    for (let i = 0; i < 10; i++) {
      const deadlineMs = clock.now() + 1.3;
      assertEquals(await clock.sleepUntil(deadlineMs), true);
      assertGreaterOrEqual(clock.now(), deadlineMs);
    }
  });

  it("is at a deadline that has passed at once", async () => {
    const clock = new SystemClock();
    assertEquals(await clock.sleepUntil(clock.now() - 1), true);
  });

  it("ends with false when aborted, before or meanwhile", async () => {
    const clock = new SystemClock();
    const abort = new AbortController();
    const sleep = clock.sleepUntil(clock.now() + LONG_MS, abort.signal);
    abort.abort();
    assertEquals(await sleep, false);
    assertEquals(await clock.sleepUntil(clock.now() + LONG_MS, abort.signal), false);
    assertEquals(await clock.sleepUntil(clock.now() - 1, abort.signal), false);
  });

  it("leaves no listener at a signal that outlives it", async () => {
    const clock = new SystemClock();
    let listeners = 0;
    const signal = new AbortController().signal;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: unknown[]) => {
      listeners++;
      addEventListener.apply(signal, args as Parameters<typeof addEventListener>);
    };
    signal.removeEventListener = (...args: unknown[]) => {
      listeners--;
      removeEventListener.apply(signal, args as Parameters<typeof removeEventListener>);
    };
    await clock.sleepUntil(clock.now() + 1, signal);
    assertEquals(listeners, 0);
  });
});
