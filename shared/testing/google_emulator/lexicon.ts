/** What the emulated recognizer knows by ear: every frame that its voices have spoken. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import type { SpokenText } from "./tone_voice.ts";

export interface HeardFrame {
  readonly word: string;
  /** The first frame of the word. */
  readonly isWordStart: boolean;
}

/** 2 h 46 min of speech; the oldest is forgotten. */
const MAX_FRAMES = 500_000;

/** Frames by their fingerprint. Frames without a word, silence above all, are unknown. */
export class Lexicon {
  readonly #frames = new Map<number, HeardFrame>();
  readonly #maxFrames: number;

  constructor(maxFrames = MAX_FRAMES) {
    this.#maxFrames = maxFrames;
  }

  add({ audio, words }: SpokenText): void {
    for (const { word, fromFrame, toFrame } of words) {
      const start = { word, isWordStart: true };
      const further = { word, isWordStart: false };
      for (let frame = fromFrame; frame < toFrame; frame++) {
        const key = fingerprint(audio, frame * FRAME_BYTES);
        this.#frames.set(key, frame === fromFrame ? start : further);
      }
    }
    this.#forgetOldest();
  }

  /** @param frame 160 bytes. */
  find(frame: Uint8Array): HeardFrame | undefined {
    return this.#frames.get(fingerprint(frame, 0));
  }

  #forgetOldest(): void {
    for (const key of this.#frames.keys()) {
      if (this.#frames.size <= this.#maxFrames) return;
      this.#frames.delete(key);
    }
  }
}

/** 53 bits: of two independent hashes. */
function fingerprint(audio: Uint8Array, from: number): number {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  const to = from + FRAME_BYTES;
  for (let i = from; i < to; i++) {
    const byte = audio[i]!;
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other + byte, 0x85ebca6b) ^ (other >>> 13);
  }
  return (one >>> 0) * 0x20_0000 + (other >>> 11);
}
