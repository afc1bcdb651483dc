/** Words that callers say while they listen: no question, no interruption. */
import type { Business } from "shared/store/business.ts";
import { ownWords } from "./own_words.ts";
import { normalise } from "./phrase_matcher.ts";

/** Who says more of them wants something. */
const MAX_IN_A_ROW = 4;

/** The business's own, else those of its language. */
export function backchannelsOf(
  business: Pick<Business, "language" | "backchannels">,
): readonly string[] {
  return business.backchannels ?? ownWords(business).backchannels;
}

/** Whether all of a text is made of these words and phrases, up to four: `Mm-hm, ok`. */
export function isBackchannel(text: string, words: readonly string[]): boolean {
  const known = new Set(words.map(normalise));
  return isMadeOf(normalise(text), known, MAX_IN_A_ROW);
}

function isMadeOf(text: string, known: ReadonlySet<string>, atMost: number): boolean {
  if (text === "" || atMost === 0) return false;
  if (known.has(text)) return true;
  return [...known].some((phrase) =>
    text.startsWith(`${phrase} `) && isMadeOf(text.slice(phrase.length + 1), known, atMost - 1)
  );
}
