import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { BoundedQueue } from "./bounded_queue.ts";

function contents<T>(queue: BoundedQueue<T>): (T | undefined)[] {
  return Array.from({ length: queue.length }, (_, i) => queue.at(i));
}

describe("BoundedQueue", () => {
  it("push() evicts the oldest item when full and returns it", () => {
    const queue = new BoundedQueue<string>(2);
    assertEquals([queue.push("a"), queue.push("b"), queue.push("c")], [undefined, undefined, "a"]);
    assertEquals(contents(queue), ["b", "c"]);
  });

  it("tryPush() refuses when full and evicts nothing", () => {
    const queue = new BoundedQueue<string>(1);
    assertEquals([queue.tryPush("a"), queue.tryPush("b")], [true, false]);
    assertEquals(contents(queue), ["a"]);
  });

  it("insert() keeps the order of the others, also across the ring's seam", () => {
    const queue = new BoundedQueue<number>(4);
    for (const n of [0, 0, 0, 1, 2]) queue.push(n);
    queue.shift();
    queue.shift();
    queue.insert(1, 9);
    assertEquals(contents(queue), [1, 9, 2]);
  });

  it("insert() refuses when full", () => {
    const queue = new BoundedQueue<number>(1);
    queue.push(1);
    assertThrows(() => queue.insert(0, 2), RangeError, "full");
  });

  it("remove() takes what satisfies the predicate, in order, and keeps the rest in order", () => {
    const queue = new BoundedQueue<number>(6);
    for (const n of [9, 1, 2, 3, 4, 5, 6]) queue.push(n);
    assertEquals(queue.remove((n) => n % 2 === 0), [2, 4, 6]);
    assertEquals(contents(queue), [1, 3, 5]);
  });

  it("refuses a capacity that is no positive integer", () => {
    for (const capacity of [0, -1, 1.5, NaN]) {
      assertThrows(() => new BoundedQueue(capacity), RangeError);
    }
  });

  it("behaves as an array of bounded length under any sequence of pushes and shifts", () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.oneof(fc.nat(), fc.constant("shift" as const))),
      (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity);
        const model: number[] = [];
        for (const step of steps) {
          if (step === "shift") assertEquals(queue.shift(), model.shift());
          else {
            const evicted = model.length === capacity ? model.shift() : undefined;
            model.push(step);
            assertEquals(queue.push(step), evicted);
          }
          assertEquals(contents(queue), model);
        }
      },
    ));
  });
});
