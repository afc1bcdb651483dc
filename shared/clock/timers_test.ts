import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { after, every } from "./timers.ts";

let clock: FakeClock;
let firedAt: number[];
const note = () => void firedAt.push(clock.now());

beforeEach(() => {
  clock = new FakeClock(1_000);
  firedAt = [];
});

describe("after()", () => {
  it("fires once, when the delay is over", async () => {
    after(clock, 100, note);
    await clock.advance(99);
    assertEquals(firedAt, []);
    await clock.advance(1_000);
    assertEquals(firedAt, [1_100]);
  });

  it("does not fire once cancelled, and can be cancelled twice", async () => {
    const cancel = after(clock, 100, note);
    cancel();
    cancel();
    await clock.advance(1_000);
    assertEquals([firedAt, clock.sleeping], [[], 0]);
  });

  it("does not fire when cancelled at the very deadline", async () => {
    const cancels: (() => void)[] = [];
    after(clock, 100, () => cancels[0]?.());
    cancels.push(after(clock, 100, note));
    await clock.advance(100);
    assertEquals(firedAt, []);
  });
});

describe("every()", () => {
  it("fires by absolute deadlines until cancelled", async () => {
    const cancel = every(clock, 20, note);
    await clock.advance(70);
    cancel();
    await clock.advance(100);
    assertEquals([firedAt, clock.sleeping], [[1_020, 1_040, 1_060], 0]);
  });

  it("skips the periods of a stall, and keeps its deadlines", async () => {
    const cancel = every(clock, 20, note);
    await clock.jump(105);
    await clock.advance(60);
    cancel();
    assertEquals(firedAt, [1_105, 1_120, 1_140, 1_160]);
  });

  it("stops when cancelled by what it calls", async () => {
    const cancel = every(clock, 20, () => {
      note();
      cancel();
    });
    await clock.advance(200);
    assertEquals([firedAt, clock.sleeping], [[1_020], 0]);
  });
});
