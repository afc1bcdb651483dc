import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import type { WordBook } from "./word_book.ts";

/** A word in somebody's ear, [fromMs, toMs). */
export interface HeardWord {
  readonly word: string;
  /** Number of its text in the book. */
  readonly text: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Frames that it has, and that were heard, the last maybe in part. */
  readonly frames: number;
  readonly framesHeard: number;
}

/** What was said between two marks, or a mark and a clear. */
export interface HeardUtterance {
  readonly words: readonly HeardWord[];
  /** When a clear cut it; undefined: it was not. */
  readonly cutMs: number | undefined;
  /** When all of it that has come will have sounded. */
  readonly endMs: number;
  /** Its last mark has come, or it was cut: there is no more of it. */
  readonly isOver: boolean;
}

interface Word {
  readonly word: string;
  readonly text: number;
  /** Its number in the text. */
  readonly at: number;
  readonly frames: number;
  /** When each of its frames begins to sound. */
  readonly startsMs: number[];
}

interface Utterance {
  words: Word[];
  cutMs: number | undefined;
  isOver: boolean;
}

/**
 * Tells to the frame which words reached a caller. Fed with what is pushed into the playout, and when it begins to
 * sound; a clear takes back what has not sounded. Utterances end with a mark that `endsUtterance`, or a clear.
 */
export class WordEar {
  readonly #book: WordBook;
  readonly #endsUtterance: (mark: string) => boolean;
  readonly #utterances: Utterance[] = [];

  constructor(book: WordBook, endsUtterance: (mark: string) => boolean) {
    this.#book = book;
    this.#endsUtterance = endsUtterance;
  }

  media(payload: Uint8Array, soundsAtMs: number): void {
    const utterance = this.#open();
    for (let at = 0; at < payload.length; at += FRAME_BYTES) {
      const found = this.#book.find(payload.subarray(at, at + FRAME_BYTES));
      if (!found) continue;
      const { of, word } = found;
      const startMs = soundsAtMs + at / FRAME_BYTES * FRAME_MS;
      const last = utterance.words.at(-1);
      if (last?.text === of.text && last.at === word) last.startsMs.push(startMs);
      else {
        const { text, words, framesPerWord: frames } = of;
        utterance.words.push({ word: words[word]!, text, at: word, frames, startsMs: [startMs] });
      }
    }
  }

  mark(name: string): void {
    const last = this.#utterances.at(-1);
    if (last && this.#endsUtterance(name)) last.isOver = true;
  }

  clear(nowMs: number): void {
    for (const utterance of this.#utterances) {
      const lastMs = utterance.words.at(-1)?.startsMs.at(-1);
      const isCut = !utterance.isOver || lastMs !== undefined && lastMs + FRAME_MS > nowMs;
      if (!isCut || utterance.cutMs !== undefined) continue;
      utterance.isOver = true;
      utterance.cutMs = nowMs;
    }
  }

  /** What was heard by then, utterance by utterance; one of which nothing was heard is left out. */
  heard(nowMs: number): HeardUtterance[] {
    return this.#utterances.map(({ words, cutMs, isOver }) => ({
      words: wordsHeard(words, Math.min(nowMs, cutMs ?? Infinity)),
      cutMs,
      endMs: cutMs ?? (words.at(-1)?.startsMs.at(-1) ?? 0) + FRAME_MS,
      isOver,
    })).filter(({ words }) => words.length > 0);
  }

  #open(): Utterance {
    const last = this.#utterances.at(-1);
    if (last && !last.isOver) return last;
    const utterance = { words: [], cutMs: undefined, isOver: false };
    this.#utterances.push(utterance);
    return utterance;
  }
}

function wordsHeard(words: readonly Word[], nowMs: number): HeardWord[] {
  const heard: HeardWord[] = [];
  for (const { word, text, frames, startsMs } of words) {
    const [fromMs] = startsMs as [number];
    if (fromMs >= nowMs) break;
    const whole = startsMs.at(-1)! < nowMs;
    const sounded = whole ? startsMs : startsMs.filter((startMs) => startMs < nowMs);
    const toMs = Math.min(sounded.at(-1)! + FRAME_MS, nowMs);
    heard.push({ word, text, fromMs, toMs, frames, framesHeard: sounded.length });
  }
  return heard;
}
