import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { MULAW_SILENCE } from "./frame.ts";
import { decodeMulaw, decodeMulawInto, encodeMulaw } from "./mulaw.ts";

const NEGATIVE_ZERO = 0x7f;
const bytes = fc.uint8Array({ maxLength: 400 });
const samples = fc.int16Array({ maxLength: 400 });

describe("decodeMulaw()", () => {
  it("yields the values of G.711", () => {
    const known = [[0xff, 0], [0x7f, 0], [0xfe, 8], [0x7e, -8], [0x80, 32_124], [0x00, -32_124]];
    for (const [byte, sample] of known) {
      assertEquals([...decodeMulaw(Uint8Array.of(byte!))], [sample]);
    }
  });

  it("writes the same into given samples, and leaves the rest", () => {
    fc.assert(fc.property(bytes, (bytes) => {
      const given = new Int16Array(bytes.length + 1).fill(77);
      decodeMulawInto(bytes, given);
      assertEquals(given, Int16Array.from([...decodeMulaw(bytes), 77]));
    }));
  });

  it("refuses to write into too few samples", () => {
    assertThrows(
      () => decodeMulawInto(new Uint8Array(3), new Int16Array(2)),
      RangeError,
      "3 bytes",
    );
  });
});

describe("encodeMulaw()", () => {
  it("gives back every byte that decodeMulaw() read; both zeros become silence", () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const expected = all.map((byte) => byte === NEGATIVE_ZERO ? MULAW_SILENCE : byte);
    assertEquals(encodeMulaw(decodeMulaw(all)), expected);
  });

  it("changes a sample once at most: a second round trip changes nothing", () => {
    fc.assert(fc.property(samples, (samples) => {
      const once = decodeMulaw(encodeMulaw(samples));
      assertEquals(decodeMulaw(encodeMulaw(once)), once);
    }));
  });

  it("is never off by more than half a step: (sample + bias 132) / 32", () => {
    fc.assert(fc.property(samples, (samples) => {
      const decoded = decodeMulaw(encodeMulaw(samples));
      samples.forEach((sample, i) => {
        const error = Math.abs(decoded[i]! - sample);
        assert(error <= (Math.abs(sample) + 132) / 32, `${sample} became ${decoded[i]}`);
      });
    }));
  });

  it("turns silence into 0xff", () => {
    assertEquals(encodeMulaw(new Int16Array(2)), Uint8Array.of(MULAW_SILENCE, MULAW_SILENCE));
  });
});
