import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { decodeMulaw } from "shared/media/mulaw.ts";
import { decodeWav } from "shared/media/wav.ts";
import { SpokenTrack, stereoWav } from "./recording.ts";

describe("SpokenTrack.render()", () => {
  it("puts each frame into its slot, silence into the others", () => {
    const track = new SpokenTrack();
    track.set(1, new Uint8Array(FRAME_BYTES).fill(1));
    track.set(7, new Uint8Array(FRAME_BYTES).fill(7));
    const expected = new Uint8Array(3 * FRAME_BYTES).fill(0xff).fill(
      1,
      FRAME_BYTES,
      2 * FRAME_BYTES,
    );
    assertEquals(track.render(3), expected);
  });
});

describe("stereoWav()", () => {
  it("has the first track left, the second right, the shorter one followed by silence", () => {
    const { sampleRateHz, channels } = decodeWav(
      stereoWav(new Uint8Array([0x10, 0x20, 0x30]), new Uint8Array([0x90])),
    );
    assertEquals(sampleRateHz, 8_000);
    assertEquals(channels, [
      decodeMulaw(new Uint8Array([0x10, 0x20, 0x30])),
      new Int16Array([decodeMulaw(new Uint8Array([0x90]))[0]!, 0, 0]),
    ]);
  });
});
