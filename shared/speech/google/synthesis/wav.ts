/** PURE. Takes mu-law out of its WAV file. Source: RIFF (Microsoft, 1991), `mmreg.h`. */
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_BYTES = 16;
const FORMAT_MULAW = 7;

/**
 * The samples of a WAV file of mu-law, 8000 Hz, one channel.
 *
 * @returns a view into `wav`; may be empty.
 * @throws {Error} for everything else: another format, another rate, a file cut short, no WAV file at all.
 */
export function mulawOfWav(wav: Uint8Array): Uint8Array {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  if (wav.length < HEADER_BYTES || nameAt(wav, 0) !== "RIFF" || nameAt(wav, 8) !== "WAVE") {
    throw unreadable("RIFF with WAVE", `${wav.length} bytes that begin otherwise`);
  }
  let hasFormat = false;
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= wav.length;) {
    const name = nameAt(wav, at);
    const bytes = view.getUint32(at + 4, true);
    const begin = at + CHUNK_HEADER_BYTES;
    const end = begin + bytes;
    if (end > wav.length) {
      throw unreadable(`a "${name}" chunk of ${bytes} bytes`, `${wav.length - begin}`);
    }
    if (name === "fmt ") {
      checkFormat(view, begin, bytes);
      hasFormat = true;
    } else if (name === "data") {
      if (!hasFormat) throw unreadable('a "fmt " chunk before the data', "none");
      return wav.subarray(begin, end);
    }
    at = end + bytes % 2;
  }
  throw unreadable('a "data" chunk', "none");
}

function checkFormat(view: DataView, at: number, bytes: number): void {
  if (bytes < FORMAT_BYTES) throw unreadable(`a format of ${FORMAT_BYTES} bytes`, `${bytes}`);
  const format = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rateHz = view.getUint32(at + 4, true);
  if (format !== FORMAT_MULAW || channels !== 1 || rateHz !== SAMPLE_RATE_HZ) {
    throw unreadable(
      `mu-law (format ${FORMAT_MULAW}), 1 channel, ${SAMPLE_RATE_HZ} Hz`,
      `format ${format}, ${channels} channels, ${rateHz} Hz`,
    );
  }
}

function nameAt(wav: Uint8Array, at: number): string {
  return String.fromCharCode(...wav.subarray(at, at + 4));
}

function unreadable(rule: string, received: string): Error {
  return new Error(`Cannot read WAV: ${rule}, received ${received}`);
}
