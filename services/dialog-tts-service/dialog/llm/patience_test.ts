import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { Patience } from "./patience.ts";

describe("Patience", () => {
  let clock: FakeClock;
  let overAtMs: number[];
  const start = () => new Patience(clock, 100, () => overAtMs.push(clock.now()));
  beforeEach(() => {
    clock = new FakeClock();
    overAtMs = [];
  });

  it("is over once, so long after the last touch", async () => {
    const patience = start();
    await clock.advance(60);
    patience.touch();
    await clock.advance(30);
    patience.touch();
    assertEquals(clock.sleeping, 1);
    await clock.advance(500);
    assertEquals([overAtMs, clock.sleeping], [[190], 0]);
  });

  it("is never over once it is stopped, and leaves no timer behind", async () => {
    const patience = start();
    await clock.advance(99);
    patience.stop();
    patience.touch();
    await clock.advance(500);
    assertEquals([overAtMs, clock.sleeping], [[], 0]);
  });

  it("takes no stall of this process for the model's: what came meanwhile is read first", async () => {
    const patience = start();
    await clock.jump(400);
    assertEquals(overAtMs, []);
    patience.touch();
    await clock.advance(99);
    assertEquals(overAtMs, []);
    await clock.advance(1);
    assertEquals(overAtMs, [500]);
  });
});
