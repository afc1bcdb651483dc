import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { decodeMulaw } from "shared/media/mulaw.ts";
import { encodeWav } from "shared/media/wav.ts";
import { mulawOf } from "./caller_audio.ts";

/** Samples that mu-law keeps exactly. */
const EXACT = decodeMulaw(new Uint8Array([0xff, 0xc0, 0x40, 0xa5, 0x25, 0x80]));

const wav = (sampleRateHz: number, ...channels: Int16Array[]) =>
  encodeWav({ sampleRateHz, channels });

describe("mulawOf()", () => {
  it("gives mu-law back as it is", () => {
    const mulaw = new Uint8Array([1, 2, 3]);
    assertEquals(mulawOf(mulaw), mulaw);
  });

  const repeated = Int16Array.from([...EXACT].flatMap((sample) => [sample, sample]));
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["mono at 8 kHz", wav(8_000, EXACT)],
    ["stereo of two like channels", wav(8_000, EXACT, EXACT)],
    ["16 kHz", wav(16_000, repeated)],
  ];
  for (const [what, file] of cases) {
    it(`takes a WAV of ${what}`, () => assertEquals(decodeMulaw(mulawOf(file)), EXACT));
  }

  it("keeps the length in time at other rates", () => {
    const lengths = [4_000, 22_050, 44_100, 48_000].map((rate) =>
      mulawOf(wav(rate, new Int16Array(rate / 2))).length
    );
    assertEquals(lengths, [4_000, 4_000, 4_000, 4_000]);
  });
});
