import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { MAX_CONTROL, MediaQueue } from "./media_queue.ts";

type Frame = { seq: number };
type Note = { afterSeq: number; name: string };
type Item = Frame | Note;

function drain(queue: MediaQueue<Frame, Note>): Item[] {
  const items: Item[] = [];
  for (;;) {
    const control = queue.peekControl();
    const media = queue.peekMedia();
    assert(!(control && media), "only one of them is next");
    if (control) items.push(queue.shiftControl()!);
    else if (media) items.push(queue.shiftMedia()!);
    else return items;
  }
}

const names = (items: Item[]) => items.map((item) => "seq" in item ? item.seq : item.name);

describe("MediaQueue", () => {
  it("push() evicts the oldest media and never control", () => {
    const queue = new MediaQueue<Frame, Note>(2);
    queue.push({ seq: 0 });
    queue.pushControl({ afterSeq: 0, name: "mark" });
    queue.push({ seq: 1 });
    assertEquals(queue.push({ seq: 2 }), { seq: 0 });
    assertEquals(names(drain(queue)), ["mark", 1, 2]);
  });

  it("keeps control in its place when a thousand media are pushed past the capacity", () => {
    const queue = new MediaQueue<Frame, Note>(120);
    for (let seq = 0; seq < 1000; seq++) {
      queue.push({ seq });
      if (seq % 100 === 99) queue.pushControl({ afterSeq: seq, name: `after ${seq}` });
    }
    const items = names(drain(queue));
    assertEquals(items.filter((item) => typeof item === "number").length, 120);
    assertEquals(items.filter((item) => typeof item === "string").length, 10);
    assertEquals(items.slice(0, 10), [
      ...[99, 199, 299, 399, 499, 599, 699, 799].map((n) => `after ${n}`),
      880,
      881,
    ]);
    assertEquals(items.slice(-2), [999, "after 999"]);
    assertEquals(items[items.indexOf("after 899") - 1], 899);
  });

  it("pushControl() puts late control where it belongs, behind what has the same place", () => {
    const queue = new MediaQueue<Frame, Note>(9);
    for (const seq of [4, 5, 6]) queue.push({ seq });
    queue.pushControl({ afterSeq: 5, name: "end" });
    queue.pushControl({ afterSeq: 4, name: "late" });
    queue.pushControl({ afterSeq: 5, name: "begin" });
    queue.pushControl({ afterSeq: 2, name: "past" });
    assertEquals(names(drain(queue)), ["past", 4, "late", 5, "end", "begin", 6]);
  });

  it("pushControl() refuses beyond its bound", () => {
    const queue = new MediaQueue<Frame, Note>(1);
    for (let i = 0; i < MAX_CONTROL; i++) assert(queue.pushControl({ afterSeq: -1, name: "" }));
    assertEquals(queue.pushControl({ afterSeq: -1, name: "" }), false);
  });

  it("keeps the newest media, all control, and their order, whatever is pushed", () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.boolean(), { maxLength: 200 }),
      (capacity, steps) => {
        const queue = new MediaQueue<Frame, Note>(capacity);
        let seq = -1;
        const all: Item[] = [];
        for (const isMedia of steps) {
          const media = { seq: seq + 1 };
          const control = { afterSeq: seq, name: `c${all.length}` };
          all.push(isMedia ? media : control);
          if (isMedia) queue.push(media);
          else queue.pushControl(control);
          if (isMedia) seq++;
        }
        const expected = all.filter((item) => !("seq" in item) || item.seq > seq - capacity);
        assertEquals(drain(queue), expected);
      },
    ));
  });
});
