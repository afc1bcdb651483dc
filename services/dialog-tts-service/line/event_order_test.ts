import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { RxEvent } from "shared/bus/messages.ts";
import { EventOrder } from "./event_order.ts";

function dtmf(event: number): RxEvent {
  return { event, kind: "dtmf", digit: "1", stream_ms: 0 };
}

const numbers = (events: readonly RxEvent[]) => events.map(({ event }) => event);

describe("EventOrder.take()", () => {
  it("gives each event once, in order, and holds back what is behind a gap", () => {
    const order = new EventOrder(0);
    const rows: [event: number, given: number[], gap: boolean][] = [
      [1, [1], false],
      [1, [], false],
      [4, [], true],
      [3, [], true],
      [4, [], true],
      [2, [2, 3, 4], false],
      [3, [], false],
      [5, [5], false],
    ];
    for (const [event, given, gap] of rows) {
      assertEquals(numbers(order.take(dtmf(event), 0)), given);
      assertEquals(order.gap, gap);
    }
    assertEquals(order.last, 5);
  });

  it("begins with whichever comes first when it takes over from another", () => {
    const order = new EventOrder(undefined);
    assertEquals(order.last, undefined);
    assertEquals(numbers(order.take(dtmf(17), 0)), [17]);
    assertEquals(numbers(order.take(dtmf(16), 0)), []);
    assertEquals(numbers(order.take(dtmf(18), 0)), [18]);
  });

  it("does not hold back more than the edge can send again", () => {
    const order = new EventOrder(0);
    for (let event = 2; event <= 65; event++) assertEquals(order.take(dtmf(event), 0), []);
    assertEquals(order.take(dtmf(66), 0).length, 65);
    assertEquals(order.gap, false);
  });

  it("gives every event exactly once, in order, however they are mixed", () => {
    const mixed = fc.integer({ min: 1, max: 40 }).chain((count) => {
      const all = Array.from({ length: count }, (_, i) => i + 1);
      const sentTwice = [...all, ...all];
      return fc.shuffledSubarray(sentTwice, { minLength: sentTwice.length });
    });
    fc.assert(fc.property(mixed, (events) => {
      const order = new EventOrder(0);
      const given = events.flatMap((event) => numbers(order.take(dtmf(event), 0)));
      assertEquals(given, Array.from({ length: events.length / 2 }, (_, i) => i + 1));
    }));
  });
});

describe("EventOrder.expire()", () => {
  it("gives up a gap after 400 ms", () => {
    const order = new EventOrder(0);
    order.take(dtmf(2), 1_000);
    order.take(dtmf(3), 1_300);
    assertEquals(order.expire(1_399), []);
    assertEquals(numbers(order.expire(1_400)), [2, 3]);
    assertEquals(order.expire(9_000), []);
  });

  it("gives a second gap its own time", () => {
    const order = new EventOrder(0);
    order.take(dtmf(2), 1_000);
    order.take(dtmf(4), 1_000);
    assertEquals(numbers(order.expire(1_400)), [2]);
    assertEquals(order.expire(1_799), []);
    assertEquals(numbers(order.expire(1_800)), [4]);
  });
});
