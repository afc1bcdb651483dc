/** PURE. A voice for every language, which a machine understands without error and a caller not at all. */
import { FRAME_BYTES, FRAMES_PER_SECOND, SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { hashOf, SeededNoise } from "./seeded_noise.ts";

/** Where a word is: frames [fromFrame, toFrame) of the audio. */
export interface SpokenWord {
  readonly word: string;
  readonly fromFrame: number;
  readonly toFrame: number;
}

/** mu-law at 8 kHz, whole frames. */
export interface SpokenText {
  readonly audio: Uint8Array<ArrayBuffer>;
  readonly words: readonly SpokenWord[];
}

const CHARS_PER_SECOND = 15;
const MIN_WORD_FRAMES = 8;
/** What speaking fast leaves of a word. */
const MIN_FAST_WORD_FRAMES = 4;
const MIN_PITCH_HZ = 110;
const PITCHES_HZ = 90;
const SYLLABLE_FRAMES = 6;
const NOISE = 250;
/** Between words the voice falls to this part of its level. */
const GAP_LEVEL = 1 / 6;
/** Louder ones are not taken for voices in their very first frame. */
const LEVEL = 2_500;
const PUNCTUATION_BEFORE = /^["'“”„«(\[{‘¿¡\p{Pd}]+/u;
const PUNCTUATION_BEHIND = /[.,;:!?…"“”»)\]}׃\p{Pd}]+$/u;

const GLOTTAL_WAVE = glottalWave(1024);

/** The words of a text as a recognizer writes them: without the punctuation around them. */
export function spokenWords(text: string): string[] {
  return text.split(/\s+/u)
    .map((token) => token.replace(PUNCTUATION_BEFORE, "").replace(PUNCTUATION_BEHIND, ""))
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/**
 * Speaks a text: each word a harmonic tone with a pitch of its own, between two words 2 or 3 frames that are
 * quieter and belong to none. No two frames are alike, whatever the texts; a text is always spoken the same, however
 * much white space is in it and around it.
 *
 * @param rate 2: twice as fast.
 * @returns nothing at all for a text without words.
 */
export function toneVoice(text: string, rate = 1): SpokenText {
  const plan = planWords(text, rate);
  const frames = plan.at(-1)?.toFrame ?? 0;
  const samples = new Int16Array(frames * FRAME_BYTES);
  const noise = new SeededNoise(`${rate} ${text.trim().replace(/\s+/gu, " ")}`);
  let at = 0;
  plan.forEach(({ word, fromFrame, toFrame }) => {
    const pitchHz = MIN_PITCH_HZ + hashOf(word) % PITCHES_HZ;
    for (; at < toFrame * FRAME_BYTES; at++) {
      const isGap = at < fromFrame * FRAME_BYTES;
      const level = isGap ? LEVEL * GAP_LEVEL : LEVEL * syllable(at);
      const phase = (at * pitchHz / SAMPLE_RATE_HZ) % 1;
      const wave = GLOTTAL_WAVE[Math.floor(phase * GLOTTAL_WAVE.length)]!;
      samples[at] = level * wave + NOISE * noise.next();
    }
  });
  return { audio: withoutNegativeZero(encodeMulaw(samples)), words: plan };
}

/** mu-law has two zeros; only one of them outlives a change to samples and back. */
export function withoutNegativeZero(mulaw: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let i = 0; i < mulaw.length; i++) if (mulaw[i] === 0x7f) mulaw[i] = 0xff;
  return mulaw;
}

function planWords(text: string, rate: number): SpokenWord[] {
  let frame = 0;
  return spokenWords(text).map((word, index) => {
    const fromFrame = index === 0 ? 0 : frame + 2 + index % 2;
    const ownFrames = Math.max(
      MIN_WORD_FRAMES,
      Math.round([...word].length * FRAMES_PER_SECOND / CHARS_PER_SECOND),
    );
    frame = fromFrame + Math.max(MIN_FAST_WORD_FRAMES, Math.round(ownFrames / rate));
    return { word, fromFrame, toFrame: frame };
  });
}

/** The level rises and falls by a third, as syllables do: a steady tone passes for noise before long. */
function syllable(sample: number): number {
  return 0.8 + 0.2 * Math.sin(2 * Math.PI * sample / (SYLLABLE_FRAMES * FRAME_BYTES));
}

/** One period with twelve harmonics: what a detector of voices takes for one. */
function glottalWave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    let value = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      value += Math.sin(2 * Math.PI * harmonic * i / length) / harmonic;
    }
    return value;
  });
}
