import { assertEquals, assertGreater, assertStrictEquals, assertThrows } from "./assert.ts";
import { describe, it } from "./bdd.ts";
import { FakeTime } from "./time.ts";

describe("FakeTime", () => {
  it("stands still until ticked, and then fires timers in order", () => {
    using time = new FakeTime(1_000);
    const fired: string[] = [];
    setTimeout(() => fired.push(`b at ${Date.now()}`), 200);
    setTimeout(() => fired.push(`a at ${Date.now()}`), 100);
    assertEquals(Date.now(), 1_000);
    time.tick(150);
    assertEquals(fired, ["a at 1100"]);
    time.tick(50);
    assertEquals(fired, ["a at 1100", "b at 1200"]);
    assertEquals([time.start, time.now], [1_000, 1_200]);
  });

  it("fires intervals until they are cleared", () => {
    using time = new FakeTime();
    let fired = 0;
    const interval = setInterval(() => fired++, 10);
    time.tick(35);
    clearInterval(interval);
    time.tick(100);
    assertEquals(fired, 3);
  });

  it("lets promises settle between timers when ticked asynchronously", async () => {
    using time = new FakeTime(0);
    const at: number[] = [];
    const chain = async () => {
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        at.push(Date.now());
      }
    };
    const done = chain();
    await time.tickAsync(30);
    await done;
    assertEquals(at, [10, 20, 30]);
  });

  it("runs the next timer, or says that there is none", async () => {
    using time = new FakeTime(0);
    let fired = 0;
    setTimeout(() => fired++, 5_000);
    setTimeout(() => fired++, 6_000);
    assertEquals([time.next(), fired, time.now], [true, 1, 5_000]);
    assertEquals([await time.nextAsync(), fired, time.now], [true, 2, 6_000]);
    assertEquals(time.next(), false);
  });

  it("runs all timers, also those that timers set", async () => {
    using time = new FakeTime(0);
    let fired = 0;
    setTimeout(() => setTimeout(() => fired++, 10), 10);
    time.runAll();
    assertEquals([fired, time.now], [1, 20]);
    setTimeout(() => Promise.resolve().then(() => setTimeout(() => fired++, 10)), 10);
    await time.runAllAsync();
    assertEquals([fired, time.now], [2, 40]);
  });

  it("settles promises without moving", async () => {
    using time = new FakeTime(7);
    let settled = false;
    Promise.resolve().then(() => Promise.resolve()).then(() => settled = true);
    await time.runMicrotasks();
    assertEquals([settled, time.now], [true, 7]);
  });

  it("takes a date, a text or a number to start at, and refuses what is no time", () => {
    for (const start of [new Date(86_400_000), "1970-01-02T00:00:00Z", 86_400_000]) {
      using time = new FakeTime(start);
      assertEquals(time.now, 86_400_000);
    }
    assertThrows(() => new FakeTime("yesterday-ish"), TypeError, "start is no time");
  });

  it("moves to a set time, never back", () => {
    using time = new FakeTime(0);
    let fired = false;
    setTimeout(() => fired = true, 10);
    time.now = 10;
    assertEquals(fired, true);
    assertThrows(() => time.now = 9, RangeError, "only moves forward");
  });

  it("gives the real time back when disposed, and does not nest", () => {
    const real = [Date, setTimeout, setInterval, clearTimeout, clearInterval];
    {
      using _time = new FakeTime(0);
      assertThrows(() => new FakeTime(), TypeError, "already faked");
    }
    assertStrictEquals(Date, real[0]);
    assertEquals([Date, setTimeout, setInterval, clearTimeout, clearInterval], real);
    assertGreater(Date.now(), 1_000_000_000_000);
    assertThrows(() => FakeTime.restore(), TypeError, "not faked");
  });

  it("leaves performance.now() real", () => {
    using time = new FakeTime();
    const before = performance.now();
    time.tick(3_600_000);
    assertGreater(before + 3_600_000, performance.now());
  });
});
