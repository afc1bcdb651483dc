import { assert, assertEquals, assertThrows } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Vad } from "../vad.ts";
import { FvadFactory } from "./fvad.ts";

const factory = await FvadFactory.load();
const SILENCE = new Int16Array(160);

/** A vowel-like frame: harmonics of 140 Hz with formants, which the detector takes for speech. */
function vowel(index: number): Int16Array {
  const samples = new Int16Array(160);
  for (let i = 0; i < samples.length; i++) {
    const t = (index * 160 + i) / 8000;
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      samples[i]! += (3_000 / harmonic) * Math.sin(2 * Math.PI * 140 * harmonic * t);
    }
  }
  return samples;
}

function decisions(vad: Vad, frames: readonly Int16Array[]): string {
  return frames.map((frame) => (vad.isVoiced(frame) ? "v" : ".")).join("");
}

const frames = (count: number, of: (index: number) => Int16Array) =>
  Array.from({ length: count }, (_, i) => of(i));

describe("FvadFactory", () => {
  let vad: Vad;

  beforeEach(() => {
    vad?.close();
    vad = factory.create();
  });

  it("hears nothing in silence", () => {
    assertEquals(decisions(vad, frames(50, () => SILENCE)), ".".repeat(50));
  });

  // Its filters ring on into the first frame of silence, which counts as voiced: one more than the overhang.
  it("hears speech, and adds its overhang of 5 frames after more than 6 voiced ones", () => {
    decisions(vad, frames(20, () => SILENCE));
    assertEquals(decisions(vad, frames(12, vowel)), "v".repeat(12));
    assertEquals(decisions(vad, frames(10, () => SILENCE)), "vvvvvv....");
  });

  it("adds its overhang of 3 frames after fewer", () => {
    decisions(vad, frames(20, () => SILENCE));
    assertEquals(decisions(vad, frames(3, vowel)), "vvv");
    assertEquals(decisions(vad, frames(6, () => SILENCE)), "vvvv..");
  });

  it("gives every call its own state", () => {
    const other = factory.create();
    decisions(vad, frames(12, vowel));
    assertEquals(other.isVoiced(SILENCE), false);
    assertEquals(vad.isVoiced(SILENCE), true);
    other.close();
  });

  it("forgets at reset(), and stays at mode 3 and 8 kHz", () => {
    decisions(vad, frames(12, vowel));
    vad.reset();
    assertEquals(vad.isVoiced(SILENCE), false);
    assertEquals(decisions(vad, frames(12, vowel)), "v".repeat(12));
  });

  it("reuses the memory of closed detectors", () => {
    const before = factory.create();
    before.close();
    for (let i = 0; i < 20_000; i++) factory.create().close();
    const after = factory.create();
    assertEquals(decisions(after, frames(12, vowel)), "v".repeat(12));
    after.close();
  });

  it("refuses frames of another length, and anything after close()", () => {
    assertThrows(() => vad.isVoiced(new Int16Array(80)), RangeError, "received 80");
    vad.close();
    vad.close();
    assertThrows(() => vad.isVoiced(SILENCE), Error, "received a closed one");
  });

  it("takes far less than a frame's time for a frame", () => {
    const audio = frames(50, vowel);
    const startMs = performance.now();
    for (let i = 0; i < 5_000; i++) vad.isVoiced(audio[i % 50]!);
    const perFrameUs = ((performance.now() - startMs) / 5_000) * 1_000;
    assert(perFrameUs < 500, `${perFrameUs.toFixed(1)} us per frame`);
  });
});
