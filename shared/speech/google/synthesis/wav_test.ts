import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { mulawOfWav } from "./wav.ts";

interface Chunk {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SPEECH = Uint8Array.from({ length: 161 }, (_, index) => index);
const DATA: Chunk = { name: "data", bytes: SPEECH };

function format(tag = 7, channels = 1, rateHz = 8_000, bytes = 18): Chunk {
  const view = new DataView(new ArrayBuffer(bytes));
  [tag, channels].forEach((value, index) => view.setUint16(index * 2, value, true));
  [rateHz, rateHz].forEach((value, index) => view.setUint32(4 + index * 4, value, true));
  view.setUint16(12, channels, true);
  view.setUint16(14, 8, true);
  return { name: "fmt ", bytes: new Uint8Array(view.buffer) };
}

function wavOf(...chunks: Chunk[]): Uint8Array {
  const body = chunks.flatMap(({ name, bytes }) => [
    ...ascii(name),
    ...littleEndian(bytes.length),
    ...bytes,
    ...(bytes.length % 2 ? [0] : []),
  ]);
  return Uint8Array.from([
    ...ascii("RIFF"),
    ...littleEndian(4 + body.length),
    ...ascii("WAVE"),
    ...body,
  ]);
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const littleEndian = (value: number) => [0, 8, 16, 24].map((bits) => (value >> bits) & 0xff);

describe("mulawOfWav()", () => {
  it("gives the data chunk of Google's file, header of 58 bytes", () => {
    const wav = wavOf(format(), { name: "fact", bytes: new Uint8Array(4) }, DATA);
    const speech = mulawOfWav(wav);
    assertEquals(speech, SPEECH);
    assertStrictEquals(speech.buffer, wav.buffer);
    assertEquals(speech.byteOffset, 58);
  });

  it("gives it behind a header of 44 bytes too, and inside a larger buffer", () => {
    const wav = wavOf(format(7, 1, 8_000, 16), DATA);
    const larger = new Uint8Array(wav.length + 20);
    larger.set(wav, 7);
    assertEquals(mulawOfWav(larger.subarray(7, 7 + wav.length)), SPEECH);
  });

  it("does without the pad byte at the end of an odd chunk", () => {
    assertEquals(mulawOfWav(wavOf(format(), DATA).slice(0, -1)), SPEECH);
  });

  it("finds the data behind any other chunks, of even and odd length", () => {
    const other = fc.record({
      name: fc.constantFrom("fact", "LIST", "junk", "Data"),
      bytes: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(fc.property(
      fc.array(other, { maxLength: 4 }),
      fc.array(other, { maxLength: 4 }),
      fc.uint8Array({ maxLength: 200 }),
      (before, between, bytes) => {
        const wav = wavOf(...before, format(), ...between, { name: "data", bytes }, ...before);
        assertEquals(mulawOfWav(wav), bytes);
      },
    ));
  });

  it("refuses a file cut short anywhere before the end of its data", () => {
    const wav = wavOf(format(), { name: "fact", bytes: new Uint8Array(4) }, DATA);
    for (let length = 0; length < wav.length - 1; length++) {
      assertThrows(() => mulawOfWav(wav.subarray(0, length)), Error, "Cannot read WAV");
    }
  });

  it("refuses another rate, another format and two channels, and names what came", () => {
    const refuse = (chunk: Chunk, received: string) =>
      assertThrows(() => mulawOfWav(wavOf(chunk, DATA)), Error, received);
    refuse(format(7, 1, 24_000), "received format 7, 1 channels, 24000 Hz");
    refuse(format(1, 1, 8_000), "received format 1, 1 channels, 8000 Hz");
    refuse(format(6, 1, 8_000), "received format 6");
    refuse(format(7, 2, 8_000), "received format 7, 2 channels");
  });

  it("refuses data without a format before it, a short format, and a file without data", () => {
    assertThrows(() => mulawOfWav(wavOf(DATA, format())), Error, '"fmt " chunk before the data');
    const short = { name: "fmt ", bytes: format().bytes.slice(0, 14) };
    assertThrows(() => mulawOfWav(wavOf(short, DATA)), Error, "received 14");
    assertThrows(() => mulawOfWav(wavOf(format())), Error, '"data" chunk');
  });

  it("gives a view or a clear error for any bytes, and never anything else", () => {
    const wav = wavOf(format(), { name: "fact", bytes: new Uint8Array(4) }, DATA);
    const damage = fc.array(fc.tuple(fc.nat(wav.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(fc.property(damage, fc.uint8Array({ maxLength: 60 }), (damage, garbage) => {
      const damaged = wav.slice();
      for (const [at, byte] of damage) damaged[at] = byte;
      for (const bytes of [damaged, garbage]) {
        try {
          assert(mulawOfWav(bytes).length <= bytes.length);
        } catch (error) {
          assert(
            error instanceof Error && error.message.startsWith("Cannot read WAV: "),
            `${error}`,
          );
        }
      }
    }));
  });
});
