import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { type AfterPause, MediaPauses } from "./media_pauses.ts";

function slots(pausedAt: number, ms: number, after: AfterPause): (readonly number[])[] {
  const pauses = new MediaPauses();
  return Array.from({ length: 6 }, (_, slot) => {
    if (slot === pausedAt) pauses.pause(slot, ms, after);
    return pauses.due(slot);
  });
}

describe("MediaPauses.due()", () => {
  it("gives every slot when nothing is paused", () => {
    assertEquals(slots(-1, 0, "jump"), [[0], [1], [2], [3], [4], [5]]);
  });
  it("leaves the slots of a pause out", () => {
    assertEquals(slots(2, 40, "jump"), [[0], [1], [], [], [4], [5]]);
  });
  it("gives the slots of a pause together after it", () => {
    assertEquals(slots(2, 40, "burst"), [[0], [1], [], [], [2, 3, 4], [5]]);
  });
  it("rounds a pause up to whole slots", () => {
    assertEquals(slots(2, 21, "jump"), [[0], [1], [], [], [4], [5]]);
  });
});
