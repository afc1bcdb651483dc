/** Samples of a WAV file: 16 bit, one channel. */
export interface Pcm {
  readonly sampleRateHz: number;
  readonly samples: Int16Array;
}

const PCM_FORMAT = 1;

/**
 * Reads a RIFF/WAVE file of 16-bit mono PCM, chunk by chunk.
 *
 * @throws {Error} when it is something else, or when a chunk is missing.
 */
export function readWav(file: Uint8Array): Pcm {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (tag(file, 0) !== "RIFF" || tag(file, 8) !== "WAVE") {
    throw new Error(`Cannot read audio: a RIFF/WAVE file, received ${file.length} other bytes`);
  }
  let sampleRateHz = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(file, at) === "fmt ") {
      const format = view.getUint16(body, true);
      const channels = view.getUint16(body + 2, true);
      const bits = view.getUint16(body + 14, true);
      if (format !== PCM_FORMAT || channels !== 1 || bits !== 16) {
        throw new Error(
          `Cannot read audio: 16-bit mono PCM, received format ${format}, ${channels} channels, ${bits} bits`,
        );
      }
      sampleRateHz = view.getUint32(body + 4, true);
    } else if (tag(file, at) === "data") {
      const end = Math.min(body + size, file.length);
      const aligned = file.slice(body, end - ((end - body) % 2));
      return { sampleRateHz, samples: new Int16Array(aligned.buffer) };
    }
    at = body + size + (size % 2);
  }
  throw new Error("Cannot read audio: a WAVE file has a data chunk, received none");
}

function tag(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}
