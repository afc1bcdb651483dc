import { decodeMulaw } from "./mulaw.ts";

/** The power of each mu-law byte's sample; that of a square wave at full scale is 1. */
const POWER_OF = Float64Array.from(
  decodeMulaw(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
  (sample) => (sample / 0x8000) ** 2,
);

/** Loudness has four bits on the bus: 0 is silence, `n` is about `-48 + 3 n` dBFS. */
export const MAX_LOUDNESS = 15;
const SILENCE_DBFS = -48;
const STEP_DB = 3;

/** The mean power of mu-law audio, full scale being 1. A table of 256: 0.1 us a frame. */
export function meanPower(mulaw: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < mulaw.length; i++) sum += POWER_OF[mulaw[i]!]!;
  return sum / mulaw.length;
}

/** The loudness, 0 to 15, of audio of this mean power. */
export function loudnessOf(power: number): number {
  const steps = Math.round((10 * Math.log10(power) - SILENCE_DBFS) / STEP_DB);
  return Math.min(MAX_LOUDNESS, Math.max(0, steps));
}

/** The mean power, in dB below full scale, that a loudness of 1 to 15 stands for. */
export function loudnessDbfs(loudness: number): number {
  return SILENCE_DBFS + STEP_DB * loudness;
}

/** A difference in dB as the factor between two powers. */
export function powerRatio(db: number): number {
  return 10 ** (db / 10);
}
