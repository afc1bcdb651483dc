import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { CallerLine } from "./caller_line.ts";

describe("CallerLine.next()", () => {
  it("is silent before and after what was added", () => {
    const line = new CallerLine();
    assertEquals(line.next(), undefined);
    line.add(new Uint8Array(FRAME_BYTES).fill(1));
    assertEquals(line.next()?.[0], 1);
    assertEquals(line.next(), undefined);
  });

  it("gives all bytes in order in frames of 160, the last of each addition padded with 0xFF", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 5 }), (pieces) => {
        const line = new CallerLine();
        const expected: number[] = [];
        for (const piece of pieces) {
          line.add(piece);
          expected.push(...piece);
          while (expected.length % FRAME_BYTES !== 0) expected.push(0xff);
        }
        const got: number[] = [];
        for (let frame = line.next(); frame; frame = line.next()) {
          assertEquals(frame.length, FRAME_BYTES);
          got.push(...frame);
        }
        assertEquals(got, expected);
        assertEquals(line.taken, expected.length / FRAME_BYTES);
      }),
    );
  });
});

describe("CallerLine.add()", () => {
  it("tells the count of taken frames at which it has all been said", () => {
    const line = new CallerLine();
    assertEquals(line.add(new Uint8Array(FRAME_BYTES)), 1);
    line.next();
    assertEquals(line.add(new Uint8Array(FRAME_BYTES * 2 + 1)), 4);
    assertEquals(line.add(new Uint8Array(0)), 4);
  });
});
