/** PURE. Which frames of an utterance are which piece of its text. */
import type { TextPosition } from "shared/store/stores.ts";
import { wordsHeard, type WordWeight } from "./words_heard.ts";

export interface PieceRange {
  /** Its number in the whole text, from 0. */
  readonly piece: number;
  /** The words of it that are spoken here. */
  readonly text: string;
  /** How many of its words were spoken before. */
  readonly firstWord: number;
  /** Counted from the first frame of the utterance. */
  readonly firstFrame: number;
  readonly frames: number;
  /** Whether these are all its frames. */
  readonly complete: boolean;
}

type OpenRange = { -readonly [K in keyof PieceRange]: PieceRange[K] };

/**
 * Attributes frames, in the order they are made, to pieces. A frame that holds the end of one piece and the beginning
 * of the next is of the one it begins with.
 */
export class PieceRanges {
  readonly #ranges: OpenRange[] = [];
  #frames = 0;
  /** Pieces whose bytes are all known. */
  #ended = 0;
  #completed = 0;
  /** The piece that the unfilled frame begins with, when it has ended. */
  #carried: OpenRange | undefined;

  get all(): readonly PieceRange[] {
    return this.#ranges;
  }

  /** How many pieces are complete: always the first ones. */
  get completed(): number {
    return this.#completed;
  }

  /** Of the pieces that are complete, in order: the frames through the end of each. */
  get ends(): number[] {
    const complete = this.#ranges.slice(0, this.#completed);
    return complete.map(({ firstFrame, frames }) => firstFrame + frames);
  }

  /** @param firstWord where in the piece the text begins. */
  begin(piece: number, text: string, firstWord = 0): void {
    const firstFrame = this.#frames + (this.#carried ? 1 : 0);
    this.#ranges.push({ piece, text, firstWord, firstFrame, frames: 0, complete: false });
  }

  /** A frame was made. @returns the number of its piece. */
  addFrame(): number {
    const range = this.#carried ?? this.#ranges.at(-1)!;
    range.frames++;
    this.#frames++;
    if (this.#carried) this.#completeEnded();
    this.#carried = undefined;
    return range.piece;
  }

  /** The piece begun last has no more bytes; `pending` bytes wait for the rest of their frame. */
  end(pending: number): void {
    this.#ended = this.#ranges.length;
    if (pending === 0) this.#completeEnded();
    else this.#carried ??= this.#ranges.at(-1);
  }

  /** How many pieces lie wholly within the first `frames` frames. */
  within(frames: number): number {
    const { ends } = this;
    const next = ends.findIndex((end) => end > frames);
    return next < 0 ? ends.length : next;
  }

  /** The piece that is cut when only the first `frames` frames are heard; undefined where none is. */
  cutAt(frames: number): PieceRange | undefined {
    return this.#ranges[this.within(frames)];
  }

  /** The place in the text that the first `frames` frames reach, whole words only; undefined when there is no text yet. */
  positionAt(frames: number, weigh: WordWeight): TextPosition | undefined {
    const range = this.cutAt(frames);
    if (!range) {
      const last = this.#ranges.at(-1);
      return last && { piece: last.piece + 1, word: 0 };
    }
    // Of a piece that has ended, less than a frame waits for the next one.
    const spoken = { ...range, complete: this.within(frames) < this.#ended };
    const words = wordsHeard(spoken, frames - range.firstFrame, weigh);
    return { piece: range.piece, word: range.firstWord + words };
  }

  #completeEnded(): void {
    for (const range of this.#ranges.slice(this.#completed, this.#ended)) range.complete = true;
    this.#completed = this.#ended;
  }
}
