import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SoundedFrames } from "./sounded_frames.ts";

/** Frames `from` to `to`, all of the same loudness. */
function push(frames: SoundedFrames, from: number, to: number, loudness: number): void {
  for (let seq = from; seq <= to; seq++) frames.push(seq, loudness);
}

describe("SoundedFrames.at()", () => {
  it("tells during which frames Kav could be heard", () => {
    const frames = new SoundedFrames();
    push(frames, 0, 9, 0);
    push(frames, 10, 19, 3);
    push(frames, 20, 29, 0);
    assertEquals([9, 10, 19, 20].map((seq) => frames.at(seq)), [false, true, true, false]);
  });

  it("is false of frames that have not come, and of what is ten seconds old", () => {
    const frames = new SoundedFrames();
    push(frames, 0, 600, 3);
    assertEquals([-1, 88, 89, 600, 601].map((seq) => frames.at(seq)), [
      ...[false, false],
      ...[true, true],
      false,
    ]);
  });

  it("takes lost frames for silent, and not for those of ten seconds before", () => {
    const frames = new SoundedFrames();
    push(frames, 0, 511, 3);
    frames.push(522, 3);
    assertEquals([511, 512, 521, 522].map((seq) => frames.at(seq)), [true, false, false, true]);
    frames.push(5_000, 0);
    assertEquals([4_600, 4_999].map((seq) => frames.at(seq)), [false, false]);
  });
});
