import type { TextPosition } from "shared/store/stores.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FrameSource } from "./message_assembly.ts";
import type { NextSpeech } from "./speech_source.ts";
import { wordsHeard, type WordWeight } from "./words_heard.ts";

/** Speech of one piece that was rendered before: a greeting, an apology. */
export class CannedSpeech implements FrameSource {
  readonly #audio: Uint8Array;
  readonly #text: string;
  readonly #weigh: WordWeight;
  #taken = 0;

  /** @param audio mu-law, a multiple of 160 bytes. */
  constructor(audio: Uint8Array, text: string, weigh: WordWeight) {
    this.#audio = audio;
    this.#text = text;
    this.#weigh = weigh;
  }

  next(): Promise<NextSpeech> {
    const at = this.#taken * FRAME_BYTES;
    if (at >= this.#audio.length) return Promise.resolve({ done: true });
    this.#taken++;
    const frame = this.#audio.subarray(at, at + FRAME_BYTES);
    return Promise.resolve({ done: false, frame, piece: 0 });
  }

  /** Of its piece: the frames through its end. */
  get pieceEnds(): number[] {
    return [this.#frames];
  }

  piecesWithin(frames: number): number {
    return frames >= this.#frames ? 1 : 0;
  }

  positionAt(frames: number): TextPosition {
    if (frames >= this.#frames) return { piece: 1, word: 0 };
    const spoken = { text: this.#text, frames: this.#frames, complete: true };
    return { piece: 0, word: wordsHeard(spoken, frames, this.#weigh) };
  }

  get #frames(): number {
    return this.#audio.length / FRAME_BYTES;
  }
}
