/** PURE. Cuts a text that is still being written into pieces to be spoken. */
import { splitSentences } from "shared/speech/sentences.ts";
import { hasSound, speakableWord } from "./speakable_word.ts";

const LINE_END = /[\r\n\u2028\u2029]/u;
/** What stands before the first letter or digit, and that: enough to know how the next sentence begins. */
const OPENING = /^[^\p{L}\p{N}]*[\p{L}\p{N}]/u;
const CLAUSE_END = /[,;:—–،؛]["'’”»)\]}]*$/u;
const ENDS_IN_DIGIT = /\d[^\p{L}\p{N}]*$/u;
const STARTS_WITH_DIGIT = /^[^\p{L}\p{N}]*\d/u;
/** A shorter first piece would be over before the next one is spoken. */
const FIRST_CLAUSE = { words: 3, chars: 12 };

/**
 * A text comes in by deltas, and goes out by pieces.
 *
 * - Pieces are sentences as of `splitSentences`; the first piece of all may be a clause. One is given as soon as the
 *   beginning of the next word shows that it is over.
 * - The pieces are the words of the text, in order, as `speakableWord` makes them; a sentence without any letter or
 *   digit is left out.
 * - How the text is cut into deltas makes no difference.
 */
export class PieceCutter {
  /** Words of the line that are in no piece yet. */
  #words: string[] = [];
  /** The word that is being written. */
  #open = "";
  #isHead = true;
  #hasFirst = false;

  /** @returns the pieces that are known by now. */
  push(delta: string): string[] {
    const pieces: string[] = [];
    for (const part of delta.split(/(\s)/u)) {
      if (/^\s$/u.test(part)) {
        pieces.push(...this.#endWord());
        if (LINE_END.test(part)) pieces.push(...this.#endLine());
      } else this.#open += part;
    }
    return [...pieces, ...this.#before(this.#openWord())];
  }

  /** The text is over, or something else comes before it goes on: the rest of it. */
  flush(): string[] {
    return [...this.#endWord(), ...this.#endLine()];
  }

  /** What is in no piece yet will be in none. */
  clear(): void {
    this.#words = [];
    this.#open = "";
    this.#isHead = true;
  }

  #openWord(): string {
    return speakableWord(this.#open, this.#isHead);
  }

  #endWord(): string[] {
    const word = this.#openWord();
    const pieces = this.#before(word);
    this.#open = "";
    if (word !== "") {
      this.#words.push(word);
      this.#isHead = false;
    }
    return pieces;
  }

  #endLine(): string[] {
    const pieces = splitSentences(this.#words.join(" "));
    this.#words = [];
    this.#isHead = true;
    return this.#kept(pieces);
  }

  /** What is over, now that this word follows. */
  #before(next: string): string[] {
    const opening = OPENING.exec(next)?.[0];
    if (opening === undefined || this.#words.length === 0) return [];
    const pieces = this.#kept(this.#clause(opening));
    for (;;) {
      const [sentence, ...rest] = splitSentences([...this.#words, opening].join(" "));
      if (sentence === undefined || rest.length === 0) return pieces;
      const count = sentence.split(" ").length;
      pieces.push(...this.#kept([this.#take(count)]));
    }
  }

  /** The first piece of all, if a clause has ended before this word; where one ended earlier, it was taken then. */
  #clause(next: string): string[] {
    if (this.#hasFirst) return [];
    const text = this.#words.join(" ");
    const isLong = text.length >= FIRST_CLAUSE.chars &&
      this.#words.filter(hasSound).length >= FIRST_CLAUSE.words;
    const lastSounding = this.#words.findLastIndex(hasSound);
    const hasEnded = this.#words.slice(lastSounding).some((word) => CLAUSE_END.test(word));
    const isNumber = ENDS_IN_DIGIT.test(text) && STARTS_WITH_DIGIT.test(next);
    return isLong && hasEnded && !isNumber ? [this.#take(this.#words.length)] : [];
  }

  #take(count: number): string {
    return this.#words.splice(0, count).join(" ");
  }

  #kept(pieces: readonly string[]): string[] {
    const kept = pieces.filter(hasSound);
    if (kept.length > 0) this.#hasFirst = true;
    return kept;
  }
}
