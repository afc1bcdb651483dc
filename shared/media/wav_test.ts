import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { decodeMulaw } from "./mulaw.ts";
import { decodeWav, encodeWav } from "./wav.ts";

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const u16 = (value: number) => [value & 0xff, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const chunk = (name: string, body: number[], announced = body.length) => [
  ...ascii(name),
  ...u32(announced),
  ...body,
  ...(body.length % 2 ? [0] : []),
];
const format = (code: number, channels: number, bits: number, more: number[] = []) =>
  chunk("fmt ", [
    ...u16(code),
    ...u16(channels),
    ...u32(8_000),
    ...u32(8_000 * channels * bits / 8),
    ...u16(channels * bits / 8),
    ...u16(bits),
    ...more,
  ]);
const riff = (...chunks: number[][]) =>
  Uint8Array.from([...ascii("RIFF"), ...u32(0), ...ascii("WAVE"), ...chunks.flat()]);

describe("decodeWav()", () => {
  it("gives back what encodeWav() was given, mono and stereo", () => {
    const stereo = fc.nat({ max: 50 }).chain((length) => {
      const channel = fc.int16Array({ minLength: length, maxLength: length });
      return fc.array(channel, { minLength: 1, maxLength: 2 });
    });
    fc.assert(fc.property(stereo, fc.constantFrom(8_000, 16_000), (channels, sampleRateHz) => {
      const audio = { sampleRateHz, channels };
      assertEquals(decodeWav(encodeWav(audio)), audio);
    }));
  });

  it("reads mu-law with a long header and other chunks around, as Google sends it", () => {
    const body = [0xff, 0x80, 0x00];
    const file = riff(
      chunk("LIST", [1, 2, 3]),
      format(7, 1, 8, u16(0)),
      chunk("fact", u32(3)),
      chunk("data", body),
      chunk("note", [1]),
    );
    assertEquals(decodeWav(file), {
      sampleRateHz: 8_000,
      channels: [decodeMulaw(Uint8Array.from(body))],
    });
  });

  it("takes the sub-format of an extensible header", () => {
    const more = [...u16(22), ...u16(16), ...u32(4), ...u16(1), ...Array(14).fill(0)];
    const file = riff(format(0xfffe, 1, 16, more), chunk("data", u16(258)));
    assertEquals(decodeWav(file).channels, [Int16Array.of(258)]);
  });

  it("ends with the file when the data chunk announces more, and ignores half a sample", () => {
    const file = riff(format(1, 1, 16), [...ascii("data"), ...u32(0xffff_ffff), 1, 0, 2, 0, 3]);
    assertEquals(decodeWav(file).channels, [Int16Array.of(1, 2)]);
  });

  it("reads a file that lies inside a larger buffer, at an odd offset", () => {
    const file = encodeWav({ sampleRateHz: 8_000, channels: [Int16Array.of(1, -2)] });
    const buffer = new Uint8Array(200);
    buffer.set(file, 7);
    const audio = decodeWav(buffer.subarray(7, 7 + file.length));
    assertEquals(audio.channels, [Int16Array.of(1, -2)]);
  });

  it("refuses everything else", () => {
    const refused: [string, Uint8Array][] = [
      ["other bytes", new Uint8Array()],
      ["other bytes", Uint8Array.from(ascii("RIFFxxxxAVI "))],
      ["data chunk", riff(format(1, 1, 16))],
      ["no format", riff(chunk("data", [1, 2]))],
      ["received 4", riff(chunk("fmt ", [1, 0, 1, 0]), chunk("data", []))],
      ["8 bits", riff(format(1, 1, 8), chunk("data", []))],
      ["format 6", riff(format(6, 1, 8), chunk("data", []))],
      ["3 channels", riff(format(1, 3, 16), chunk("data", []))],
      ["0 channels", riff(format(1, 0, 16), chunk("data", []))],
    ];
    for (const [text, file] of refused) assertThrows(() => decodeWav(file), TypeError, text);
  });

  it("fails only with its own error, whatever follows the beginning", () => {
    const parts = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 30 }).map((bytes) => [...bytes]),
        fc.constantFrom(format(1, 1, 16), format(7, 2, 8), ascii("data"), chunk("data", [1, 2])),
      ),
      { maxLength: 5 },
    );
    fc.assert(fc.property(parts, (parts) => {
      try {
        decodeWav(riff(...parts));
      } catch (error) {
        assertEquals((error as Error).message.startsWith("Cannot read WAV"), true, `${error}`);
      }
    }));
  });
});

describe("encodeWav()", () => {
  it("writes the 44 bytes of a plain PCM header", () => {
    const file = encodeWav({ sampleRateHz: 8_000, channels: [Int16Array.of(1), Int16Array.of(2)] });
    const expected = "52494646" + "28000000" + "57415645" + "666d7420" + "10000000" + "0100" +
      "0200" + "401f0000" + "007d0000" + "0400" + "1000" + "64617461" + "04000000" + "01000200";
    assertEquals(file.toHex(), expected);
  });

  it("refuses no channel, three, and channels of different lengths", () => {
    const [one, two] = [new Int16Array(1), new Int16Array(2)];
    for (const channels of [[], [one, one, one], [one, two]]) {
      assertThrows(
        () => encodeWav({ sampleRateHz: 8_000, channels }),
        TypeError,
        "Cannot write WAV",
      );
    }
  });
});
