import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { DrainPacer } from "./drain_pacer.ts";

/** Writes `frames` frames, each `lateMs` after it may be written from `nowMs` on; returns when. */
function drain(pacer: DrainPacer, nowMs: number, frames: number, lateMs = 0): number[] {
  return Array.from({ length: frames }, () => {
    nowMs = Math.max(nowMs, pacer.dueMs + lateMs);
    pacer.wrote(nowMs);
    return nowMs;
  });
}

describe("DrainPacer", () => {
  it("writes what comes alone on arrival", () => {
    const pacer = new DrainPacer(false);
    for (const arrivalMs of [0, 20, 40.5, 59, 79]) {
      assert(pacer.dueMs <= arrivalMs, `${arrivalMs} waits for ${pacer.dueMs}`);
      pacer.wrote(arrivalMs);
      pacer.emptied();
    }
  });

  it("writes a backlog at one per 10 ms", () => {
    assertEquals(drain(new DrainPacer(false), 500, 4), [500, 510, 520, 530]);
  });

  it("keeps absolute deadlines when it is woken late", () => {
    assertEquals(drain(new DrainPacer(false), 500, 5, 3), [500, 513, 523, 533, 543]);
  });

  it("makes up for a stall of up to 100 ms, and begins anew after a longer one", () => {
    const late = new DrainPacer(false);
    late.wrote(0);
    assertEquals(drain(late, 110, 13).slice(0, 12), [...new Array(11).fill(110), 120]);
    const later = new DrainPacer(false);
    later.wrote(0);
    assertEquals(drain(later, 111, 3), [111, 121, 131]);
  });

  it("writes another recognizer's backlog at one per 5 ms, until it is gone", () => {
    const pacer = new DrainPacer(true);
    pacer.emptied();
    assertEquals(drain(pacer, 0, 3), [0, 5, 10]);
    pacer.emptied();
    assertEquals(drain(pacer, 30, 3), [30, 40, 50]);
  });

  it("never writes faster than one per 10 ms in the long run, however frames come", () => {
    const gaps = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1 });
    fc.assert(fc.property(gaps, (gaps) => {
      const pacer = new DrainPacer(false);
      let nowMs = 0;
      let firstMs: number | undefined;
      gaps.forEach((gap, i) => {
        nowMs = Math.max(nowMs + gap, pacer.dueMs);
        firstMs ??= nowMs;
        pacer.wrote(nowMs);
        assert(nowMs - firstMs >= (i * 10) - 1e-6);
        pacer.emptied();
      });
    }));
  });
});
