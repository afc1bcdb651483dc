/** PURE. How many words of a text lie within a part of its frames. */
import { wordsOf } from "shared/store/heard_text.ts";

/**
 * How long a word is spoken, with the pause before it, in any unit: only the proportions count.
 *
 * @param previous undefined: it is the first.
 */
export type WordWeight = (word: string, previous: string | undefined, isLast: boolean) => number;

export interface SpokenText {
  readonly text: string;
  readonly frames: number;
  /** Whether these are all its frames. */
  readonly complete: boolean;
}

/** Of an utterance that is still being made: so many frames for each unit of weight, which is about a letter. */
const FRAMES_PER_WEIGHT = 2.6;
/** A word whose end is so near is heard: frames are whole, words are not. */
export const SLACK_FRAMES = 0.5;
/**
 * What takes time besides letters, in letters. Fitted to what flite does with 45 sentences: of all places where one can
 * be cut, 99 % are within a word of the truth, and all within two. Before, 96.5 % were.
 */
const WORD = 1;
const DIGIT = 7.5;
/** The last word before a pause is drawn out. */
const DRAWN_OUT = 1.5;
const PAUSE = { atFirst: 4.5, comma: 4.75, stop: 7.25, atLast: 2.25 } as const;

/** By the letters of the word, and the pause that the punctuation before it makes. */
export const weighByLetters: WordWeight = (word, previous, isLast) => {
  const letters = word.match(/\p{L}/gu)?.length ?? 0;
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  const drawnOut = isLast || pauseAfter(word) > 0 ? DRAWN_OUT : 0;
  const before = previous === undefined ? PAUSE.atFirst : pauseAfter(previous);
  return before + WORD + letters + DIGIT * digits + drawnOut + (isLast ? PAUSE.atLast : 0);
};

function pauseAfter(word: string): number {
  if (/[.!?…׃]["'’”»)\]}]*$/u.test(word)) return PAUSE.stop;
  return /[,;:–—]["'’”»)\]}]*$/u.test(word) ? PAUSE.comma : 0;
}

/** The words that lie wholly within the first `heard` frames: words share the frames by their weights. */
export function wordsHeard(spoken: SpokenText, heard: number, weigh: WordWeight): number {
  if (heard <= 0) return 0;
  const words = wordsOf(spoken.text);
  const weights = words.map((word, i) => weigh(word, words[i - 1], i === words.length - 1));
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
