import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { LinearUpsampler } from "./resample.ts";

describe("LinearUpsampler.push()", () => {
  it("puts the middle before every sample", () => {
    const upsampler = new LinearUpsampler();
    const doubled = upsampler.push(Int16Array.of(10, 20, -20, 32_767, 32_767, -32_768));
    assertEquals(
      [...doubled],
      [5, 10, 15, 20, 0, -20, 16_373, 32_767, 32_767, 32_767, -1, -32_768],
    );
  });

  it("yields the same for any split of the samples", () => {
    fc.assert(fc.property(fc.array(fc.int16Array({ maxLength: 30 })), (chunks) => {
      const whole = new LinearUpsampler().push(
        Int16Array.from(chunks.flatMap((each) => [...each])),
      );
      const upsampler = new LinearUpsampler();
      assertEquals(chunks.flatMap((each) => [...upsampler.push(each)]), [...whole]);
    }));
  });

  it("keeps every sample and stays between its neighbours", () => {
    fc.assert(fc.property(fc.int16Array(), (samples) => {
      const doubled = new LinearUpsampler().push(samples);
      samples.forEach((sample, i) => {
        const before = samples[i - 1] ?? 0;
        const middle = doubled[2 * i]!;
        assertEquals(doubled[2 * i + 1], sample);
        assertEquals(
          middle >= Math.min(before, sample) && middle <= Math.max(before, sample),
          true,
        );
      });
    }));
  });
});

describe("LinearUpsampler.reset()", () => {
  it("begins anew, from silence", () => {
    const upsampler = new LinearUpsampler();
    upsampler.push(Int16Array.of(1_000));
    upsampler.reset();
    assertEquals([...upsampler.push(Int16Array.of(10))], [5, 10]);
  });
});
