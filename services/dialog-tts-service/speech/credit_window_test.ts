import { assert, assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { Credit } from "shared/bus/messages.ts";
import { CreditWindow } from "./credit_window.ts";

function credit(consumedSeq: number, more: Partial<Credit> = {}): Credit {
  return {
    epoch: 3,
    consumed_seq: consumedSeq,
    cleared_through: 0,
    cleared: [],
    queued: 0,
    paused: false,
    stream_ms: 0,
    ...more,
  };
}

describe("CreditWindow.allowance()", () => {
  let window: CreditWindow;

  beforeEach(() => {
    window = new CreditWindow({ epoch: 3, window: 9, nextSeq: 100, isOpen: false });
  });

  it("is nothing before the first credit", () => {
    assertEquals(window.allowance(100), 0);
  });

  it("is the window from the beginning for a call's first worker", () => {
    const first = new CreditWindow({ epoch: 3, window: 9, nextSeq: 0, isOpen: true });
    assertEquals([first.allowance(0), first.allowance(9)], [9, 0]);
    assertEquals(first.take(credit(-1)), "nothing_new");
    first.take(credit(1));
    assertEquals(first.allowance(9), 2);
  });

  it("reaches through the consumed frame plus the window", () => {
    window.take(credit(99));
    assertEquals(window.allowance(100), 9);
    assertEquals(window.allowance(108), 1);
    assertEquals(window.allowance(109), 0);
    assertEquals(window.allowance(120), 0);
    window.take(credit(101));
    assertEquals(window.allowance(109), 2);
  });

  it("is nothing while paused", () => {
    window.take(credit(99, { paused: true }));
    assertEquals(window.allowance(100), 0);
    window.take(credit(99));
    assertEquals(window.allowance(100), 9);
  });

  it("never reaches further than the furthest position of its epoch allows", () => {
    const credits = fc.array(
      fc.record({ epoch: fc.integer({ min: 2, max: 4 }), seq: fc.integer({ min: -1, max: 500 }) }),
    );
    fc.assert(fc.property(credits, fc.integer({ min: 0, max: 600 }), (taken, nextSeq) => {
      const window = new CreditWindow({ epoch: 3, window: 9, nextSeq: 0, isOpen: false });
      for (const { epoch, seq } of taken) window.take(credit(seq, { epoch }));
      const ours = taken.filter(({ epoch }) => epoch === 3).map(({ seq }) => seq);
      const furthest = Math.max(-1, ...ours) + 9;
      const expected = ours.length === 0 ? 0 : Math.max(0, furthest - nextSeq + 1);
      assertEquals(window.allowance(nextSeq), expected);
    }));
  });
});

describe("CreditWindow.take()", () => {
  it("tells what is progress", () => {
    const window = new CreditWindow({ epoch: 3, window: 9, nextSeq: 0, isOpen: false });
    assertEquals(window.take(credit(-1)), "progress");
    assertEquals(window.take(credit(-1)), "nothing_new");
    assertEquals(window.take(credit(1)), "progress");
    assertEquals(window.take(credit(1, { paused: true })), "nothing_new");
    assertEquals(window.take(credit(1)), "progress");
  });

  it("ignores other epochs and lower positions", () => {
    const window = new CreditWindow({ epoch: 3, window: 9, nextSeq: 0, isOpen: false });
    assertEquals(window.take(credit(50, { epoch: 2 })), "ignored");
    assertEquals(window.take(credit(50, { epoch: 4 })), "ignored");
    window.take(credit(10));
    assertEquals(window.take(credit(9, { paused: true })), "ignored");
    assertEquals(window.consumedSeq, 10);
    assert(window.allowance(11) > 0, "a credit that is ignored does not pause");
  });
});
