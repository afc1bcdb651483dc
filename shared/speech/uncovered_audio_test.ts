import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { UncoveredAudio } from "./uncovered_audio.ts";

/** Frames with these sequence numbers, each filled with its own. */
function audioOf(seqs: readonly number[], capacity = 10): UncoveredAudio {
  const audio = new UncoveredAudio(capacity);
  for (const seq of seqs) {
    audio.push(new Uint8Array(FRAME_BYTES).fill(seq), { seq, streamMs: seq * FRAME_MS });
  }
  return audio;
}

function seqsIn(audio: UncoveredAudio): number[] {
  const seqs: number[] = [];
  for (let i = audio.firstIndex; i < audio.nextIndex; i++) seqs.push(audio.at(i)!.at.seq);
  return seqs;
}

describe("UncoveredAudio", () => {
  it("keeps frames as they were written, and where they stand", () => {
    const audio = new UncoveredAudio();
    const frame = new Uint8Array(FRAME_BYTES);
    audio.push(frame, { seq: 7, streamMs: 140 });
    assertStrictEquals(audio.at(0)?.frame, frame);
    assertEquals(audio.at(0)?.at, { seq: 7, streamMs: 140 });
    assertEquals([audio.at(1), audio.at(-1), audio.position(1)], [undefined, undefined, undefined]);
  });

  it("forgets what is covered, and nothing behind it", () => {
    const audio = audioOf([1, 2, 5, 6]);
    audio.cover(4);
    assertEquals(seqsIn(audio), [5, 6]);
    assertEquals([audio.firstIndex, audio.nextIndex, audio.at(1)], [2, 4, undefined]);
  });

  it("counts on when everything is covered", () => {
    const audio = audioOf([1, 2]);
    audio.cover(9);
    assertEquals([audio.length, audio.firstIndex, audio.nextIndex], [0, 2, 2]);
  });

  it("drops the oldest when it is full", () => {
    assertEquals(seqsIn(audioOf([1, 2, 3, 4, 5], 3)), [3, 4, 5]);
  });

  it("keeps only the newest frames when told to", () => {
    const audio = audioOf([1, 2, 3, 4]);
    audio.keep(2);
    assertEquals([seqsIn(audio), audio.firstIndex], [[3, 4], 2]);
    audio.keep(5);
    assertEquals(seqsIn(audio), [3, 4]);
  });

  it("finds the newest frame that is not behind a sequence number", () => {
    const audio = audioOf([1, 2, 5, 6]);
    assertEquals([6, 99, 4, 0].map((seq) => audio.indexUpTo(seq)), [3, 3, 1, -1]);
  });

  it("copies the bytes of a range, without what it does not keep", () => {
    const audio = audioOf([1, 2, 3, 4], 3);
    const firsts = (bytes: Uint8Array) =>
      Array.from({ length: bytes.length / FRAME_BYTES }, (_, i) => bytes[i * FRAME_BYTES]);
    assertEquals(firsts(audio.copy(1, 3)), [2, 3]);
    assertEquals(firsts(audio.copy(-5, 99)), [2, 3, 4]);
    assertEquals([audio.copy(3, 2).length, audio.copy(7, 9).length], [0, 0]);
  });

  it("refuses a capacity that is no positive integer", () => {
    for (const capacity of [0, -1, 1.5]) {
      assertThrows(() => new UncoveredAudio(capacity), RangeError, `received ${capacity}`);
    }
  });

  it("is a list without its covered beginning, whatever is done", () => {
    const step = fc.record({
      do: fc.constantFrom("push", "cover", "keep"),
      number: fc.nat({ max: 20 }),
    });
    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const audio = new UncoveredAudio(8);
      let model: number[] = [];
      let seq = 0;
      for (const { do: what, number } of steps) {
        if (what === "push") {
          seq += 1 + number % 3;
          audio.push(new Uint8Array(FRAME_BYTES), { seq, streamMs: seq * FRAME_MS });
          model = [...model, seq].slice(-8);
        } else if (what === "cover") {
          audio.cover(seq - number);
          model = model.filter((kept) => kept > seq - number);
        } else {
          audio.keep(number);
          model = number === 0 ? [] : model.slice(-number);
        }
        assertEquals(seqsIn(audio), model);
      }
    }));
  });
});
