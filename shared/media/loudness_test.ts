import { assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { silentFrame } from "./frame.ts";
import { loudnessDbfs, loudnessOf, meanPower, powerRatio } from "./loudness.ts";
import { encodeMulaw } from "./mulaw.ts";

const sine = (peak: number) =>
  encodeMulaw(Int16Array.from({ length: 160 }, (_, i) => peak * Math.sin((i * Math.PI) / 8)));

describe("meanPower()", () => {
  it("is half the square of a sine's peak, and nothing in silence", () => {
    assertAlmostEquals(meanPower(sine(16_384)), 0.125, 0.005);
    assertEquals(meanPower(silentFrame()), 0);
  });
});

describe("loudnessOf()", () => {
  for (
    const [dbfs, loudness] of [
      [-Infinity, 0],
      [-46.6, 0],
      [-46.4, 1],
      [-18, 10],
      [-3, 15],
      [0, 15],
    ] as const
  ) {
    it(`is ${loudness} at ${dbfs} dBFS`, () => {
      assertEquals(loudnessOf(powerRatio(dbfs)), loudness);
    });
  }

  it("names a level that is off by half a step at most", () => {
    for (let dbfs = -46.4; dbfs < -1.5; dbfs += 0.1) {
      assertAlmostEquals(loudnessDbfs(loudnessOf(powerRatio(dbfs))), dbfs, 1.51);
    }
  });
});
