import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { DrainPacer } from "./drain_pacer.ts";

/** Writes `frames` frames that wait at `nowMs`, each `lateMs` after it may be written; returns when. */
function drain(pacer: DrainPacer, nowMs: number, frames: number, lateMs = 0): number[] {
  const writtenMs = Array.from({ length: frames }, () => {
    if (!pacer.mayWrite(nowMs)) nowMs = pacer.dueMs + lateMs;
    assert(pacer.mayWrite(nowMs));
    pacer.wrote(nowMs);
    return nowMs;
  });
  pacer.emptied();
  return writtenMs;
}

describe("DrainPacer", () => {
  it("writes what comes alone on arrival", () => {
    const pacer = new DrainPacer(false);
    for (const arrivalMs of [0, 20, 40.5, 59, 79]) {
      assertEquals(drain(pacer, arrivalMs, 1), [arrivalMs]);
    }
  });

  it("writes a backlog at one per 10 ms", () => {
    assertEquals(drain(new DrainPacer(false), 500, 4), [500, 510, 520, 530]);
  });

  it("writes a burst so too, though its first frame finds nothing waiting", () => {
    const pacer = new DrainPacer(false);
    assertEquals(drain(pacer, 500, 1), [500]);
    assertEquals(drain(pacer, 500, 3), [510, 520, 530]);
  });

  it("keeps absolute deadlines when it is woken late", () => {
    assertEquals(drain(new DrainPacer(false), 500, 5, 3), [500, 513, 523, 533, 543]);
  });

  it("makes up for a stall of up to 100 ms, and begins anew after a longer one", () => {
    const late = new DrainPacer(false);
    assert(late.mayWrite(0));
    late.wrote(0);
    assertEquals(drain(late, 110, 13), [...new Array(11).fill(110), 120, 130]);
    const later = new DrainPacer(false);
    assert(later.mayWrite(0));
    later.wrote(0);
    assertEquals(drain(later, 111, 3), [111, 121, 131]);
  });

  it("writes another recognizer's backlog at one per 5 ms, until frames come alone", () => {
    const pacer = new DrainPacer(true);
    pacer.emptied();
    assertEquals(drain(pacer, 0, 1), [0]);
    assertEquals(drain(pacer, 0, 3), [5, 10, 15]);
    assertEquals(drain(pacer, 29, 3), [29, 34, 39], "9 ms late");
    assertEquals(drain(pacer, 59, 3), [59, 69, 79], "live");
  });

  it("is never faster than one per 10 ms in the long run, however frames come", () => {
    const gaps = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1 });
    fc.assert(fc.property(gaps, (gaps) => {
      const pacer = new DrainPacer(false);
      let nowMs = 0;
      gaps.forEach((gap, i) => {
        nowMs = drain(pacer, nowMs + gap, 1)[0]!;
        assert(nowMs >= i * 10 - 1e-6, `frame ${i} at ${nowMs}`);
      });
    }));
  });
});
