import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "./fake_clock.ts";

let clock: FakeClock;
let woken: string[];

/** Sleeps until `deadlineMs`, then notes its name and the time. */
async function sleeper(name: string, deadlineMs: number, signal?: AbortSignal): Promise<void> {
  const reached = await clock.sleepUntil(deadlineMs, signal);
  woken.push(`${name} ${reached ? "at" : "aborted at"} ${clock.now()}`);
}

beforeEach(() => {
  clock = new FakeClock();
  woken = [];
});

describe("FakeClock.advance()", () => {
  it("visits every deadline on its way, in order, each at its own time", async () => {
    sleeper("late", 30);
    sleeper("early", 10);
    sleeper("beyond", 101);
    await clock.advance(100);
    assertEquals(woken, ["early at 10", "late at 30"]);
    assertEquals([clock.now(), clock.sleeping], [100, 1]);
  });

  it("lets what follows from a deadline set new ones on the way", async () => {
    (async () => {
      for (let deadlineMs = 20; deadlineMs <= 60; deadlineMs += 20) {
        await sleeper("tick", deadlineMs);
      }
    })();
    await clock.advance(60);
    assertEquals(woken, ["tick at 20", "tick at 40", "tick at 60"]);
  });

  it("is at a deadline that has passed at once", async () => {
    clock = new FakeClock(50);
    sleeper("past", 50);
    await settle();
    assertEquals(woken, ["past at 50"]);
  });
});

describe("FakeClock.jump()", () => {
  it("wakes all that came due late, in order of deadline", async () => {
    sleeper("late", 30);
    sleeper("early", 10);
    await clock.jump(100);
    assertEquals(woken, ["early at 100", "late at 100"]);
  });
});

describe("FakeClock.sleepUntil()", () => {
  it("ends with false when aborted, and forgets the sleeper", async () => {
    const abort = new AbortController();
    sleeper("a", 30, abort.signal);
    await settle();
    assertEquals(clock.sleeping, 1);
    abort.abort();
    await settle();
    sleeper("b", 30, abort.signal);
    await settle();
    assertEquals([woken, clock.sleeping], [["a aborted at 0", "b aborted at 0"], 0]);
  });
});
