import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Playout } from "./playout.ts";

describe("Playout", () => {
  let playout: Playout;
  beforeEach(() => {
    playout = new Playout();
  });

  it("sees no hole while each frame comes before the last one has played", () => {
    for (const nowMs of [100, 100, 100, 120, 159, 200]) playout.frame(nowMs);
    assertEquals([playout.frames, playout.holes], [6, 0]);
  });

  it("sees a hole where a frame comes later, and counts on from there", () => {
    for (const nowMs of [100, 121, 141, 161, 182]) playout.frame(nowMs);
    assertEquals(playout.holes, 2);
  });

  it("gives a mark back when the frames before it have played, and once", () => {
    playout.frame(100);
    playout.frame(100);
    playout.mark("greeting_end", 101);
    assertEquals(playout.takePlayed(139.9), []);
    assertEquals(playout.takePlayed(140), ["greeting_end"]);
    assertEquals(playout.takePlayed(999), []);
  });

  it("gives marks back in their order, each in its time", () => {
    playout.mark("kp:1", 90);
    playout.frame(100);
    playout.mark("kp:2", 101);
    playout.frame(101);
    playout.mark("kp:3", 102);
    assertEquals(playout.takePlayed(120), ["kp:1", "kp:2"]);
    assertEquals(playout.takePlayed(140), ["kp:3"]);
  });

  it("gives all marks back at a clear, and plays nothing after it", () => {
    playout.frame(100);
    playout.mark("u1:end", 100);
    assertEquals(playout.clear(105), ["u1:end"]);
    playout.mark("kp:1", 106);
    assertEquals(playout.takePlayed(106), ["kp:1"]);
  });
});
