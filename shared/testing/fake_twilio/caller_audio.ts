import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { decodeWav, type WavAudio } from "shared/media/wav.ts";

/** What a caller plays, as mu-law at 8 kHz: a WAV file of any rate, or mu-law as it is. */
export function mulawOf(audio: Uint8Array): Uint8Array {
  return isWav(audio) ? encodeMulaw(telephoneSamples(decodeWav(audio))) : audio;
}

function isWav(audio: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(audio.subarray(0, 4)) === "RIFF";
}

/** All channels and all samples in 1/8000 s, averaged: good enough for a telephone. */
function telephoneSamples({ sampleRateHz, channels }: WavAudio): Int16Array {
  const length = channels[0]?.length ?? 0;
  const step = sampleRateHz / SAMPLE_RATE_HZ;
  return Int16Array.from({ length: Math.floor(length / step) }, (_, i) => {
    const from = Math.floor(i * step);
    const to = Math.max(from + 1, Math.floor((i + 1) * step));
    let sum = 0;
    for (const channel of channels) {
      for (let at = from; at < to; at++) sum += channel[at]!;
    }
    return Math.round(sum / (channels.length * (to - from)));
  });
}
