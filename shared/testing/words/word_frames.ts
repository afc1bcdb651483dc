import { FRAME_BYTES } from "shared/media/frame.ts";

/** Frames that say what they are: of which text, which word of it, which frame of the word. All loud. */

export interface WordFrame {
  readonly speaker: Speaker;
  /** Number of the text in its speaker's book. */
  readonly text: number;
  readonly word: number;
  /** Within its word. */
  readonly frame: number;
}

export type Speaker = "kav" | "caller";

/** No run of the filler looks like it. */
const MAGIC = [0x21, 0x2c, 0x23];
const SPEAKERS: readonly Speaker[] = ["kav", "caller"];
export const WORD_FRAME_HEAD_BYTES = 8;
/** A rectangle of 1 kHz, about -12 dB of full scale. */
const LOUD = 0x20;
const SIGN = 0x80;
const HALF_PERIOD = 4;

/** 160 bytes. @throws {RangeError} beyond 65,536 texts, or 256 words of a text. */
export function encodeWordFrame(
  { speaker, text, word, frame }: WordFrame,
): Uint8Array<ArrayBuffer> {
  if (text > 0xffff || word > 0xff || frame > 0xff) {
    throw new RangeError(`Cannot say a word: it is within 65536 x 256 x 256, received ${word}`);
  }
  const bytes = new Uint8Array(FRAME_BYTES);
  for (let at = 0; at < FRAME_BYTES; at++) {
    bytes[at] = LOUD | (Math.floor(at / HALF_PERIOD) % 2 === 0 ? 0 : SIGN);
  }
  bytes.set([...MAGIC, SPEAKERS.indexOf(speaker), text >> 8, text & 0xff, word, frame]);
  return bytes;
}

/** What the frame says that begins with these bytes; undefined: it is none of ours. */
export function decodeWordFrame(bytes: Uint8Array): WordFrame | undefined {
  if (bytes.length < WORD_FRAME_HEAD_BYTES) return undefined;
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) return undefined;
  const [speaker, high, low, word, frame] = bytes.subarray(MAGIC.length);
  return { speaker: SPEAKERS[speaker!]!, text: high! << 8 | low!, word: word!, frame: frame! };
}

/** The words of a text. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** mu-law of a text of so many words, `framesPerWord` each. */
export function encodeWords(
  of: { readonly speaker: Speaker; readonly text: number; readonly words: number },
  framesPerWord: number,
): Uint8Array<ArrayBuffer> {
  const { speaker, text, words } = of;
  const audio = new Uint8Array(words * framesPerWord * FRAME_BYTES);
  for (let word = 0; word < words; word++) {
    for (let frame = 0; frame < framesPerWord; frame++) {
      const at = (word * framesPerWord + frame) * FRAME_BYTES;
      audio.set(encodeWordFrame({ speaker, text, word, frame }), at);
    }
  }
  return audio;
}
