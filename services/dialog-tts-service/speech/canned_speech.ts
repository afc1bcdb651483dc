import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FrameSource } from "./message_assembly.ts";
import type { NextSpeech } from "./speech_source.ts";

/** Speech that was rendered before: a greeting. Its sentences cannot be told apart. */
export class CannedSpeech implements FrameSource {
  readonly #audio: Uint8Array;
  readonly #sentences: number;
  #taken = 0;

  /** @param audio mu-law, a multiple of 160 bytes. */
  constructor(audio: Uint8Array, sentences: number) {
    this.#audio = audio;
    this.#sentences = sentences;
  }

  next(): Promise<NextSpeech> {
    const at = this.#taken * FRAME_BYTES;
    if (at >= this.#audio.length) return Promise.resolve({ done: true });
    this.#taken++;
    const frame = this.#audio.subarray(at, at + FRAME_BYTES);
    return Promise.resolve({ done: false, frame, sentence: 0 });
  }

  /** Of each sentence: the frames after which it was certainly sent. */
  get sentenceEnds(): number[] {
    return Array.from({ length: this.#sentences }, () => this.#audio.length / FRAME_BYTES);
  }

  /** How many sentences lie wholly within the first `frames` frames: all or none. */
  sentencesWithin(frames: number): number {
    return frames * FRAME_BYTES >= this.#audio.length ? this.#sentences : 0;
  }
}
