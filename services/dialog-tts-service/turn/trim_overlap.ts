/** PURE. Words that a second recognizer hears again. */
import { normalise } from "../dialog/phrase_matcher.ts";

interface Word {
  readonly written: string;
  /** As words are compared: engines differ in case and punctuation. */
  readonly bare: string;
}

/**
 * What of `heard` is new, where its beginning may repeat the end of `taken`: without the longest beginning that
 * is also the end of `taken`.
 */
export function trimOverlap(taken: string, heard: string): string {
  const before = wordsOf(taken);
  const words = wordsOf(heard);
  for (let count = Math.min(before.length, words.length); count > 0; count--) {
    const end = before.slice(-count);
    if (end.every(({ bare }, i) => bare === words[i]!.bare)) {
      return words.slice(count).map(({ written }) => written).join(" ");
    }
  }
  return heard.trim();
}

function wordsOf(text: string): Word[] {
  return text.trim().split(/\s+/u)
    .map((written) => ({ written, bare: normalise(written).replaceAll(" ", "") }))
    .filter(({ bare }) => bare !== "");
}
