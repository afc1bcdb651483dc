import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { Alarm } from "./alarm.ts";

describe("Alarm.set()", () => {
  let clock: FakeClock;
  let rings: number[];
  let alarm: Alarm;

  beforeEach(() => {
    clock = new FakeClock(1_000);
    rings = [];
    alarm = new Alarm(clock, () => rings.push(clock.now()));
  });

  it("rings once at its time", async () => {
    alarm.set(1_050);
    alarm.set(1_050);
    await clock.advance(200);
    assertEquals([rings, clock.sleeping], [[1_050], 0]);
  });

  it("moves the time, earlier or later", async () => {
    alarm.set(1_050);
    alarm.set(1_080);
    alarm.set(1_020);
    await clock.advance(200);
    assertEquals(rings, [1_020]);
  });

  it("can be set again when it has rung", async () => {
    alarm.set(1_050);
    await clock.advance(100);
    alarm.set(1_120);
    await clock.advance(100);
    assertEquals(rings, [1_050, 1_120]);
  });

  it("leaves nothing behind when it is stopped", async () => {
    alarm.set(1_050);
    alarm.stop();
    await clock.advance(200);
    assertEquals([rings, clock.sleeping], [[], 0]);
  });
});
