/** PURE. How many words of a text lie within a part of its frames. */
import { wordsOf } from "shared/store/heard_text.ts";

/** How long a word is spoken, in any unit: only the proportions count. */
export type WordWeight = (word: string, isLast: boolean) => number;

export interface SpokenText {
  readonly text: string;
  readonly frames: number;
  /** Whether these are all its frames. */
  readonly complete: boolean;
}

/** Of an utterance that is still being made: so many frames for each unit of weight, which is about a letter. */
const FRAMES_PER_WEIGHT = 3.5;
/** A word whose end is so near is heard: frames are whole, words are not. */
const SLACK_FRAMES = 0.5;
/** What a word takes besides its letters, and a pause behind it, in letters. */
const WORD = 1;
const COMMA = 2;
const STOP = 4;

/** By the letters of the word, and the pause that its punctuation makes. */
export const weighByLetters: WordWeight = (word, isLast) => {
  const letters = word.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (isLast) return WORD + letters;
  const pause = /[.!?…׃]["'’”»)\]}]*$/u.test(word) ? STOP : /[,;:–—]$/u.test(word) ? COMMA : 0;
  return WORD + letters + pause;
};

/** The words that lie wholly within the first `heard` frames: words share the frames by their weights. */
export function wordsHeard(spoken: SpokenText, heard: number, weigh: WordWeight): number {
  if (heard <= 0) return 0;
  const words = wordsOf(spoken.text);
  const weights = words.map((word, i) => weigh(word, i === words.length - 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const framesPerWeight = spoken.complete
    ? spoken.frames / total
    : Math.max(FRAMES_PER_WEIGHT, spoken.frames / total);
  let endFrame = 0;
  let count = 0;
  for (const weight of weights) {
    endFrame += weight * framesPerWeight;
    if (endFrame > heard + SLACK_FRAMES) break;
    count++;
  }
  // A piece of which frames are missing has not been heard to its end.
  return spoken.complete ? count : Math.min(count, words.length - 1);
}
