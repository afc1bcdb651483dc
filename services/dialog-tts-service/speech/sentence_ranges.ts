/** Which frames of an utterance are which sentence. */

export interface SentenceRange {
  /** Its number in the whole text, from 0. */
  readonly sentence: number;
  readonly text: string;
  /** Counted from the first frame of the utterance. */
  readonly firstFrame: number;
  readonly frames: number;
  /** Whether these are all its frames. */
  readonly complete: boolean;
}

type OpenRange = { -readonly [K in keyof SentenceRange]: SentenceRange[K] };

/**
 * Attributes frames, in the order they are made, to sentences. A frame that holds the end of one sentence and
 * the beginning of the next is of the one it begins with.
 */
export class SentenceRanges {
  readonly #ranges: OpenRange[] = [];
  #frames = 0;
  /** Sentences whose bytes are all known. */
  #ended = 0;
  #completed = 0;
  /** The sentence that the unfilled frame begins with, when it has ended. */
  #carried: OpenRange | undefined;

  get all(): readonly SentenceRange[] {
    return this.#ranges;
  }

  /** How many sentences are complete: always the first ones. */
  get completed(): number {
    return this.#completed;
  }

  /** Of the sentences that are complete, in order: the frames through the end of each. */
  get ends(): number[] {
    const complete = this.#ranges.slice(0, this.#completed);
    return complete.map(({ firstFrame, frames }) => firstFrame + frames);
  }

  begin(sentence: number, text: string): void {
    const firstFrame = this.#frames + (this.#carried ? 1 : 0);
    this.#ranges.push({ sentence, text, firstFrame, frames: 0, complete: false });
  }

  /** A frame was made. @returns the number of its sentence. */
  addFrame(): number {
    const range = this.#carried ?? this.#ranges.at(-1)!;
    range.frames++;
    this.#frames++;
    if (this.#carried) this.#completeEnded();
    this.#carried = undefined;
    return range.sentence;
  }

  /** The sentence begun last has no more bytes; `pending` bytes wait for the rest of their frame. */
  end(pending: number): void {
    this.#ended = this.#ranges.length;
    if (pending === 0) this.#completeEnded();
    else this.#carried ??= this.#ranges.at(-1);
  }

  /** How many sentences lie wholly within the first `frames` frames. */
  within(frames: number): number {
    const { ends } = this;
    const next = ends.findIndex((end) => end > frames);
    return next < 0 ? ends.length : next;
  }

  #completeEnded(): void {
    for (const range of this.#ranges.slice(this.#completed, this.#ended)) range.complete = true;
    this.#completed = this.#ended;
  }
}
