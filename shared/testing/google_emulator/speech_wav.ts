/** PURE. WAV files as Google Text-to-Speech sends them. */
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { decodeMulaw } from "shared/media/mulaw.ts";
import { encodeWav } from "shared/media/wav.ts";

const MULAW_FORMAT = 7;
const MULAW_HEADER_BYTES = 58;

/** mu-law behind 58 bytes: RIFF, a format of 18 bytes, fact (the number of samples), data. */
export function mulawWav(mulaw: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(MULAW_HEADER_BYTES + mulaw.length);
  const view = new DataView(file.buffer);
  const tag = (at: number, name: string) => file.set(new TextEncoder().encode(name), at);
  tag(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 18, true);
  view.setUint16(20, MULAW_FORMAT, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE_HZ, true);
  view.setUint32(28, SAMPLE_RATE_HZ, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  tag(38, "fact");
  view.setUint32(42, 4, true);
  view.setUint32(46, mulaw.length, true);
  tag(50, "data");
  view.setUint32(54, mulaw.length, true);
  file.set(mulaw, MULAW_HEADER_BYTES);
  return file;
}

/** 16-bit samples behind 44 bytes. */
export function linear16Wav(mulaw: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeWav({ sampleRateHz: SAMPLE_RATE_HZ, channels: [decodeMulaw(mulaw)] });
}

/** 16-bit samples, little-endian, no header. */
export function pcm(mulaw: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(mulaw.length * 2);
  const view = new DataView(bytes.buffer);
  decodeMulaw(mulaw).forEach((sample, i) => view.setInt16(i * 2, sample, true));
  return bytes;
}
