import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { powerRatio } from "shared/media/loudness.ts";
import { OverhangFilter } from "./overhang_filter.ts";

const NOTHING = -Infinity;

/** Levels of frames, dBFS, all of them voiced to the detector: which hold speech ("s"). */
function spoken(levels: readonly number[], filter = new OverhangFilter()): string {
  return levels.map((dbfs) => filter.push(powerRatio(dbfs), true) ? "s" : ".").join("");
}

const times = (count: number, dbfs: number) => new Array<number>(count).fill(dbfs);

describe("OverhangFilter.push()", () => {
  it("leaves out what the detector adds to a click of 100 ms", () => {
    assertEquals(spoken([...times(5, -20), ...times(6, -60)]), "sssss......");
    assertEquals(spoken([...times(5, -20), ...times(6, NOTHING)]), "sssss......");
  });

  it("takes what is up to 15 dB softer than the frames just before it for speech", () => {
    assertEquals(spoken([-20, -34.9, -20, -35.1]), "sss.");
  });

  it("measures by the last frames alone: soft speech after a loud click counts once no overhang is possible", () => {
    assertEquals(spoken([-5, ...times(9, -25)]), "s......sss");
  });

  it("takes nothing for speech that the detector does not", () => {
    const filter = new OverhangFilter();
    assertEquals([filter.push(0.1, false), filter.push(0.1, true)], [false, true]);
  });
});

describe("OverhangFilter.reset()", () => {
  it("forgets how loud it was", () => {
    const filter = new OverhangFilter();
    spoken([-5, -5], filter);
    assertEquals(spoken([-25], filter), ".");
    filter.reset();
    assertEquals(spoken([-25], filter), "s");
  });
});
