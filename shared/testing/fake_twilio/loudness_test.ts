import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { silentFrame } from "shared/media/frame.ts";
import { isAudible } from "./loudness.ts";

describe("isAudible()", () => {
  const cases: readonly (readonly [string, Uint8Array, boolean])[] = [
    ["0xFF silence", silentFrame(), false],
    ["negative zero", new Uint8Array(160).fill(0x7f), false],
    ["the smallest steps of line noise", new Uint8Array([0xff, 0xfe, 0x7e, 0xf0, 0x70]), false],
    ["full scale of either sign", new Uint8Array([0xff, 0x00]), true],
    ["one clear sample", new Uint8Array([0xff, 0xcf, 0xff]), true],
    ["nothing", new Uint8Array(0), false],
  ];
  for (const [what, mulaw, expected] of cases) {
    it(`takes ${what} for ${expected ? "sound" : "silence"}`, () => {
      assertEquals(isAudible(mulaw), expected);
    });
  }
});
