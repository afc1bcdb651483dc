import { decodeWordFrame, encodeWords, type Speaker, wordsOf } from "./word_frames.ts";

/** A text that was put into words of so many frames. */
export interface BookedText {
  readonly text: number;
  readonly words: readonly string[];
  readonly framesPerWord: number;
}

/** Where a frame stands in a text. */
export interface BookedFrame {
  readonly of: BookedText;
  readonly word: number;
  readonly frame: number;
}

/** The texts that one speaker has said in frames, so that whoever hears a frame can tell what was said. */
export class WordBook {
  readonly #speaker: Speaker;
  readonly #texts: BookedText[] = [];

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  /** mu-law in whole frames. Said twice, a text has two numbers. */
  say(text: string, framesPerWord: number): { audio: Uint8Array<ArrayBuffer>; booked: BookedText } {
    const words = wordsOf(text);
    const booked = { text: this.#texts.length, words, framesPerWord };
    this.#texts.push(booked);
    const of = { speaker: this.#speaker, text: booked.text, words: words.length };
    return { audio: encodeWords(of, framesPerWord), booked };
  }

  /** Undefined: nobody has said this frame, or another speaker has. */
  find(frame: Uint8Array): BookedFrame | undefined {
    const decoded = decodeWordFrame(frame);
    const of = decoded && decoded.speaker === this.#speaker && this.#texts[decoded.text];
    return of ? { of, word: decoded.word, frame: decoded.frame } : undefined;
  }
}
