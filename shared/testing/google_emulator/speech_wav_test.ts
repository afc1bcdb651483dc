import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decodeMulaw } from "shared/media/mulaw.ts";
import { decodeWav } from "shared/media/wav.ts";
import { linear16Wav, mulawWav, pcm } from "./speech_wav.ts";
import { toneVoice } from "./tone_voice.ts";

const { audio } = toneVoice("yes");
const ascii = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe("mulawWav()", () => {
  it("puts 58 bytes before the audio: RIFF, a format of 18 bytes, fact, data", () => {
    const file = mulawWav(audio);
    const view = new DataView(file.buffer);
    assertEquals(file.length, 58 + audio.length);
    assertEquals(file.subarray(58), audio);
    assertEquals(ascii(file.subarray(0, 4)), "RIFF");
    assertEquals(view.getUint32(4, true), file.length - 8);
    assertEquals(ascii(file.subarray(8, 16)), "WAVEfmt ");
    assertEquals(view.getUint32(16, true), 18);
    assertEquals(ascii(file.subarray(38, 42)), "fact");
    assertEquals([42, 46].map((at) => view.getUint32(at, true)), [4, audio.length]);
    assertEquals(ascii(file.subarray(50, 54)), "data");
  });

  it("is a file that says what it holds", () => {
    const { sampleRateHz, channels } = decodeWav(mulawWav(audio));
    assertEquals(sampleRateHz, 8_000);
    assertEquals(channels, [decodeMulaw(audio)]);
  });
});

describe("linear16Wav()", () => {
  it("puts 44 bytes before the samples", () => {
    const file = linear16Wav(audio);
    assertEquals(file.length, 44 + 2 * audio.length);
    assertEquals(decodeWav(file), { sampleRateHz: 8_000, channels: [decodeMulaw(audio)] });
    assertEquals(file.subarray(44), pcm(audio));
  });
});

describe("pcm()", () => {
  it("gives samples of 16 bits, the lower byte first", () => {
    assertEquals(pcm(Uint8Array.of(0xff, 0x00, 0x80)), Uint8Array.of(0, 0, 0x84, 0x82, 0x7c, 0x7d));
  });
});
