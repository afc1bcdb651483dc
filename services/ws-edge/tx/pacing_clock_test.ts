import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { type Paced, PacingClock } from "./pacing_clock.ts";

class Ticker implements Paced {
  readonly ticks: number[] = [];
  constructor(public dueMs: number, readonly periodMs = Infinity) {}
  tick(nowMs: number): void {
    this.ticks.push(nowMs);
    this.dueMs += this.periodMs;
  }
}

describe("PacingClock", () => {
  it("ticks each member at its own deadlines", async () => {
    const clock = new FakeClock();
    const pacing = new PacingClock(clock);
    const [a, b] = [new Ticker(10, 20), new Ticker(15, 30)];
    pacing.add(a);
    pacing.add(b);
    await clock.advance(60);
    assertEquals([a.ticks, b.ticks], [[10, 30, 50], [15, 45]]);
    await pacing.stop();
  });

  it("wake() serves a member whose deadline came nearer", async () => {
    const clock = new FakeClock();
    const pacing = new PacingClock(clock);
    const member = new Ticker(Infinity);
    pacing.add(member);
    await clock.advance(100);
    member.dueMs = 0;
    pacing.wake(member);
    await clock.advance(0);
    assertEquals(member.ticks, [100]);
    await pacing.stop();
  });

  it("remove() ends a member's ticks, also from inside a tick", async () => {
    const clock = new FakeClock();
    const pacing = new PacingClock(clock);
    const member = new Ticker(10, 10);
    const tick = member.tick.bind(member);
    member.tick = (nowMs) => {
      tick(nowMs);
      if (nowMs === 30) pacing.remove(member);
    };
    pacing.add(member);
    await clock.advance(100);
    assertEquals(member.ticks, [10, 20, 30]);
    await pacing.stop();
  });

  it("stop() leaves no timer", async () => {
    const clock = new FakeClock();
    const pacing = new PacingClock(clock);
    pacing.add(new Ticker(10, 10));
    await clock.advance(25);
    await pacing.stop();
    assertEquals(clock.sleeping, 0);
  });
});
