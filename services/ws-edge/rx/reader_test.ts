import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type RxFrame, RxReader } from "./reader.ts";

function reading() {
  const frames: RxFrame[] = [];
  const told: string[] = [];
  const reader = new RxReader(1, {
    sequenceGap: (missing) => told.push(`gap ${missing}`),
    timestampJump: (byMs) => told.push(`jump ${byMs}`),
  });
  const read = (bytes: number, timestampMs: number) =>
    reader.read(new Uint8Array(bytes), timestampMs, 0, 0, (frame) => frames.push(frame));
  return { reader, read, frames, told };
}

describe("RxReader.read()", () => {
  it("gives whole frames with their stream times, whatever the length of the messages", () => {
    const { read, frames, told } = reading();
    read(100, 0);
    read(400, 12.5);
    read(140, 62.5);
    assertEquals(frames.map(({ seq, streamMs }) => [seq, streamMs]), [[0, 0], [1, 20], [2, 40], [
      3,
      60,
    ]]);
    assertEquals(told, []);
  });

  it("follows a jump of the timestamp, counts it, and fills nothing", () => {
    const { read, frames, told } = reading();
    read(160, 0);
    read(160, 520);
    read(160, 540);
    read(160, 100);
    assertEquals(frames.map(({ streamMs }) => streamMs), [0, 520, 540, 100]);
    assertEquals(told, ["jump 500", "jump -460"]);
  });

  it("takes the first timestamp as it is", () => {
    const { read, frames, told } = reading();
    read(160, 7_000);
    assertEquals([frames[0]!.streamMs, told.length], [7_000, 0]);
  });

  it("makes frames of 160 bytes with stream times 20 ms apart out of any split", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 8_000 })), (sizes) => {
      const { read, frames, told } = reading();
      let bytes = 0;
      for (const size of sizes) {
        read(size, Math.floor(bytes / 8));
        bytes += size;
      }
      assertEquals(frames.length, Math.floor(bytes / 160));
      assertEquals(told, []);
      frames.forEach((frame, i) => {
        assertEquals([frame.seq, frame.payload.length], [i, 160]);
        assertEquals(Math.abs(frame.streamMs - i * 20) <= 1, true);
      });
    }));
  });
});

describe("RxReader.sequence()", () => {
  it("counts what is missing, and not what comes twice", () => {
    const { reader, told } = reading();
    for (const sequenceNumber of [2, 3, 7, 7, 8, 5, 9]) reader.sequence(sequenceNumber);
    assertEquals(told, ["gap 3"]);
  });
});
