import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SentenceRanges } from "./sentence_ranges.ts";

/** First frame, frames, complete. */
function summary(ranges: SentenceRanges): [number, number, boolean][] {
  return ranges.all.map(({ firstFrame, frames, complete }) => [firstFrame, frames, complete]);
}

function addFrames(ranges: SentenceRanges, count: number): number[] {
  return Array.from({ length: count }, () => ranges.addFrame());
}

describe("SentenceRanges", () => {
  it("gives sentences that end with a frame their own frames", () => {
    const ranges = new SentenceRanges();
    ranges.begin(0, "One.");
    assertEquals(addFrames(ranges, 2), [0, 0]);
    ranges.end(0);
    ranges.begin(1, "Two.");
    assertEquals(addFrames(ranges, 3), [1, 1, 1]);
    assertEquals(summary(ranges), [[0, 2, true], [2, 3, false]]);
    ranges.end(0);
    assertEquals(summary(ranges), [[0, 2, true], [2, 3, true]]);
  });

  it("gives a frame that two sentences share to the first of them", () => {
    const ranges = new SentenceRanges();
    ranges.begin(0, "One.");
    addFrames(ranges, 1);
    ranges.end(80);
    assertEquals(summary(ranges), [[0, 1, false]]);
    ranges.begin(1, "Two.");
    assertEquals(addFrames(ranges, 2), [0, 1]);
    assertEquals(summary(ranges), [[0, 2, true], [2, 1, false]]);
  });

  it("gives a sentence that fits into a shared frame no frame of its own", () => {
    const ranges = new SentenceRanges();
    ranges.begin(4, "Long.");
    ranges.end(40);
    ranges.begin(5, "Hm.");
    ranges.end(90);
    ranges.begin(6, "Third.");
    assertEquals(addFrames(ranges, 2), [4, 6]);
    assertEquals(summary(ranges), [[0, 1, true], [1, 0, true], [1, 1, false]]);
  });

  it("completes everything that has ended with the last, padded frame", () => {
    const ranges = new SentenceRanges();
    ranges.begin(0, "One.");
    ranges.end(40);
    ranges.begin(1, "Two.");
    ranges.end(90);
    assertEquals(ranges.addFrame(), 0);
    assertEquals(summary(ranges), [[0, 1, true], [1, 0, true]]);
  });

  it("never completes a sentence that broke off", () => {
    const ranges = new SentenceRanges();
    ranges.begin(0, "One.");
    ranges.end(40);
    ranges.begin(1, "Two.");
    addFrames(ranges, 3);
    assertEquals(summary(ranges), [[0, 1, true], [1, 2, false]]);
    assertEquals(ranges.within(3), 1);
  });
});

describe("SentenceRanges.within()", () => {
  it("counts the sentences that lie wholly within so many frames", () => {
    const ranges = new SentenceRanges();
    for (const sentence of [0, 1, 2]) {
      ranges.begin(sentence, "Words.");
      addFrames(ranges, 10);
      if (sentence < 2) ranges.end(0);
    }
    assertEquals([0, 9, 10, 19, 20, 30].map((frames) => ranges.within(frames)), [0, 0, 1, 1, 2, 2]);
    ranges.end(0);
    assertEquals([29, 30, 99].map((frames) => ranges.within(frames)), [2, 3, 3]);
  });
});

describe("SentenceRanges.ends", () => {
  it("tells of the complete sentences the frames through the end of each", () => {
    const ranges = new SentenceRanges();
    assertEquals([ranges.ends, ranges.completed], [[], 0]);
    ranges.begin(3, "Words.");
    addFrames(ranges, 10);
    assertEquals(ranges.ends, []);
    ranges.end(0);
    ranges.begin(4, "Words.");
    addFrames(ranges, 5);
    ranges.end(80);
    assertEquals([ranges.ends, ranges.completed], [[10], 1]);
    ranges.begin(5, "Hm.");
    ranges.end(90);
    addFrames(ranges, 1);
    assertEquals([ranges.ends, ranges.completed], [[10, 16, 16], 3]);
  });
});
