import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { PieceRanges } from "./piece_ranges.ts";

/** First frame, frames, complete. */
function summary(ranges: PieceRanges): [number, number, boolean][] {
  return ranges.all.map(({ firstFrame, frames, complete }) => [firstFrame, frames, complete]);
}

function addFrames(ranges: PieceRanges, count: number): number[] {
  return Array.from({ length: count }, () => ranges.addFrame());
}

describe("PieceRanges", () => {
  it("gives pieces that end with a frame their own frames", () => {
    const ranges = new PieceRanges();
    ranges.begin(0, "One.");
    assertEquals(addFrames(ranges, 2), [0, 0]);
    ranges.end(0);
    ranges.begin(1, "Two.");
    assertEquals(addFrames(ranges, 3), [1, 1, 1]);
    assertEquals(summary(ranges), [[0, 2, true], [2, 3, false]]);
    ranges.end(0);
    assertEquals(summary(ranges), [[0, 2, true], [2, 3, true]]);
  });

  it("gives a frame that two pieces share to the first of them", () => {
    const ranges = new PieceRanges();
    ranges.begin(0, "One.");
    addFrames(ranges, 1);
    ranges.end(80);
    assertEquals(summary(ranges), [[0, 1, false]]);
    ranges.begin(1, "Two.");
    assertEquals(addFrames(ranges, 2), [0, 1]);
    assertEquals(summary(ranges), [[0, 2, true], [2, 1, false]]);
  });

  it("gives a piece that fits into a shared frame no frame of its own", () => {
    const ranges = new PieceRanges();
    ranges.begin(4, "Long.");
    ranges.end(40);
    ranges.begin(5, "Hm.");
    ranges.end(90);
    ranges.begin(6, "Third.");
    assertEquals(addFrames(ranges, 2), [4, 6]);
    assertEquals(summary(ranges), [[0, 1, true], [1, 0, true], [1, 1, false]]);
  });

  it("completes everything that has ended with the last, padded frame", () => {
    const ranges = new PieceRanges();
    ranges.begin(0, "One.");
    ranges.end(40);
    ranges.begin(1, "Two.");
    ranges.end(90);
    assertEquals(ranges.addFrame(), 0);
    assertEquals(summary(ranges), [[0, 1, true], [1, 0, true]]);
  });

  it("never completes a piece that broke off", () => {
    const ranges = new PieceRanges();
    ranges.begin(0, "One.");
    ranges.end(40);
    ranges.begin(1, "Two.");
    addFrames(ranges, 3);
    assertEquals(summary(ranges), [[0, 1, true], [1, 2, false]]);
    assertEquals(ranges.within(3), 1);
  });
});

describe("PieceRanges.within()", () => {
  it("counts the pieces that lie wholly within so many frames", () => {
    const ranges = new PieceRanges();
    for (const piece of [0, 1, 2]) {
      ranges.begin(piece, "Words.");
      addFrames(ranges, 10);
      if (piece < 2) ranges.end(0);
    }
    assertEquals([0, 9, 10, 19, 20, 30].map((frames) => ranges.within(frames)), [0, 0, 1, 1, 2, 2]);
    ranges.end(0);
    assertEquals([29, 30, 99].map((frames) => ranges.within(frames)), [2, 3, 3]);
  });
});

describe("PieceRanges.ends", () => {
  it("tells of the complete pieces the frames through the end of each", () => {
    const ranges = new PieceRanges();
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

describe("PieceRanges.positionAt()", () => {
  const weigh = () => 1;
  let ranges: PieceRanges;
  const at = (...frames: number[]) =>
    frames.map((each) => ranges.positionAt(each, weigh)).map((place) =>
      place && [place.piece, place.word]
    );

  beforeEach(() => {
    ranges = new PieceRanges();
  });

  it("is the word behind the last that was wholly played, in its piece", () => {
    ranges.begin(0, "One two three.");
    addFrames(ranges, 30);
    ranges.end(0);
    ranges.begin(1, "Four five.");
    addFrames(ranges, 20);
    ranges.end(0);
    assertEquals(at(0, 9, 10, 29), [[0, 0], [0, 0], [0, 1], [0, 2]]);
    assertEquals(at(30, 39, 40, 49), [[1, 0], [1, 0], [1, 1], [1, 1]]);
    assertEquals(at(50, 99), [[2, 0], [2, 0]]);
  });

  it("counts words from where in the piece the text begins", () => {
    ranges.begin(4, "two three.", 1);
    addFrames(ranges, 20);
    ranges.end(0);
    assertEquals(at(0, 9, 10, 20), [[4, 1], [4, 1], [4, 2], [5, 0]]);
  });

  it("is unknown before there is a text", () => {
    assertEquals(at(0, 5), [undefined, undefined]);
  });

  it("never is behind a piece that is still being made", () => {
    ranges.begin(0, "One two three.");
    addFrames(ranges, 30);
    assertEquals(at(30, 60), [[0, 2], [0, 2]]);
  });

  it("is behind all words of a piece that has ended though its last bytes wait", () => {
    ranges.begin(0, "One two three.");
    addFrames(ranges, 6);
    ranges.end(70);
    assertEquals(at(2, 4, 6), [[0, 1], [0, 2], [0, 3]]);
    assertEquals(ranges.within(6), 0);
    ranges.begin(1, "Four.");
    addFrames(ranges, 10);
    assertEquals(at(7, 8), [[1, 0], [1, 0]]);
  });
});
