import { decodeMulaw } from "./mulaw.ts";

/** Sound as 16-bit samples: one array per channel, all of the same length. */
export interface WavAudio {
  readonly sampleRateHz: number;
  readonly channels: readonly Int16Array[];
}

const PCM = 1;
const MULAW = 7;
/** The real format stands in the first two bytes of the sub-format, 24 bytes into the chunk. */
const EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 44;

interface Format {
  readonly code: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

/**
 * Reads a RIFF/WAVE file chunk by chunk: 16-bit PCM or mu-law, mono or stereo. A data chunk that is longer than
 * the file (as streamed files announce) ends with the file.
 *
 * @throws {TypeError} when it is no such file.
 */
export function decodeWav(file: Uint8Array): WavAudio {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") {
    throw new TypeError(`Cannot read WAV: a RIFF/WAVE file, received ${file.length} other bytes`);
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const bytes = view.getUint32(at + 4, true);
    const body = file.subarray(at + 8, at + 8 + bytes);
    if (tag(view, at) === "fmt ") format = readFormat(body);
    if (tag(view, at) === "data") {
      if (format) return { sampleRateHz: format.sampleRateHz, channels: readData(body, format) };
      throw new TypeError("Cannot read WAV: the format comes before the data, received no format");
    }
    at += 8 + bytes + (bytes % 2);
  }
  throw new TypeError("Cannot read WAV: a file has a data chunk, received none");
}

/**
 * A RIFF/WAVE file of 16-bit PCM.
 *
 * @throws {TypeError} when there is not one channel or two, or their lengths differ.
 */
export function encodeWav({ sampleRateHz, channels }: WavAudio): Uint8Array<ArrayBuffer> {
  const lengths = channels.map((channel) => channel.length);
  const [length = 0] = lengths;
  if (![1, 2].includes(lengths.length) || lengths.some((each) => each !== length)) {
    throw new TypeError(
      `Cannot write WAV: one or two channels of one length, received [${lengths.join(", ")}]`,
    );
  }
  const blockBytes = channels.length * 2;
  const dataBytes = length * blockBytes;
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode("RIFF____WAVEfmt "));
  view.setUint32(4, file.length - 8, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * blockBytes, true);
  view.setUint16(32, blockBytes, true);
  view.setUint16(34, 16, true);
  file.set(new TextEncoder().encode("data"), 36);
  view.setUint32(40, dataBytes, true);
  channels.forEach((channel, c) => {
    channel.forEach((sample, i) =>
      view.setInt16(HEADER_BYTES + i * blockBytes + c * 2, sample, true)
    );
  });
  return file;
}

function readFormat(body: Uint8Array): Format {
  if (body.length < 16) {
    throw new TypeError(`Cannot read WAV: a format has 16 bytes, received ${body.length}`);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const stated = view.getUint16(0, true);
  const format = {
    code: stated === EXTENSIBLE && body.length >= 26 ? view.getUint16(24, true) : stated,
    channels: view.getUint16(2, true),
    sampleRateHz: view.getUint32(4, true),
    bits: view.getUint16(14, true),
  };
  const { code, channels, bits } = format;
  const known = (code === PCM && bits === 16) || (code === MULAW && bits === 8);
  if (known && (channels === 1 || channels === 2)) return format;
  throw new TypeError(
    `Cannot read WAV: 16-bit PCM or mu-law of one or two channels, received format ${code}, ${bits} bits, ${channels} channels`,
  );
}

function readData(body: Uint8Array, { code, channels }: Format): Int16Array[] {
  const interleaved = code === MULAW ? decodeMulaw(body) : readPcm(body);
  const length = Math.floor(interleaved.length / channels);
  return Array.from(
    { length: channels },
    (_, c) => Int16Array.from({ length }, (_, i) => interleaved[i * channels + c]!),
  );
}

function readPcm(body: Uint8Array): Int16Array {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Int16Array.from({ length: body.length >> 1 }, (_, i) => view.getInt16(i * 2, true));
}

function tag(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return "";
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
}
