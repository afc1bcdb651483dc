/** PURE. What is said, piece by piece, while it may still be being written. */
import type { TurnEnding } from "shared/store/stores.ts";

/** What is synthesised at a time. */
export interface Piece {
  readonly text: string;
  /** Not worth keeping, and perhaps personal: a language model's words. */
  readonly once?: boolean;
  /** Recorded before: mu-law at 8 kHz, a multiple of 160 bytes. Unset: it is to be synthesised. */
  readonly audio?: Uint8Array;
}

const NONE: TurnEnding = { do: "none" };

/**
 * A text that grows by pieces until it is whole, and what follows when it has been spoken.
 *
 * - One writer; any number of readers, each at its own piece.
 * - Its end comes with `end`, which may also be all there is: an empty text.
 */
export class ReplyText {
  readonly #pieces: Piece[] = [];
  readonly #listeners = new Set<() => void>();
  #then: TurnEnding | undefined;

  /** A text that is known at once. @param once as of `Piece`. */
  static whole(texts: Iterable<string>, then: TurnEnding = NONE, once = false): ReplyText {
    const whole = new ReplyText();
    for (const text of texts) whole.add({ text, ...(once && { once }) });
    whole.end(then);
    return whole;
  }

  /** What is written so far. */
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  get isWhole(): boolean {
    return this.#then !== undefined;
  }

  /** What follows; undefined while it is being written. */
  get then(): TurnEnding | undefined {
    return this.#then;
  }

  /** Adds a piece. Does nothing behind the end. */
  add(piece: Piece): void {
    if (this.isWhole) return;
    this.#pieces.push(piece);
    this.#tell();
  }

  /** It is whole. The first end counts. */
  end(then: TurnEnding = NONE): void {
    if (this.isWhole) return;
    this.#then = then;
    this.#tell();
    this.#listeners.clear();
  }

  /** Calls back at every piece and at the end, until then or until `off`. @returns `off`. */
  onChange(listener: () => void): () => void {
    if (!this.isWhole) this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The piece with this number (from 0), as soon as it is written; undefined: there is none, or the signal is aborted. */
  async piece(number: number, signal: AbortSignal): Promise<Piece | undefined> {
    while (number >= this.#pieces.length && !this.isWhole && !signal.aborted) {
      await this.#change(signal);
    }
    return signal.aborted ? undefined : this.#pieces[number];
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        off();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const off = this.onChange(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
