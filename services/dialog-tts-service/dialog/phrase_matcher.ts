/** Finds which of the known phrases were said: exactly, one after the other in a longer text, or nearly. */
export interface PhraseMatcher<Intent> {
  /** What was said, in the order it was said; empty when nothing is like it, or two are equally like it. */
  match(heard: string): Intent[];
}

interface Phrase<Intent> {
  readonly words: readonly string[];
  readonly intent: Intent;
}

/** Below this likeness a phrase was not meant. */
const MIN_LIKENESS = 0.7;
/** A phrase of one word counts inside a longer text only if it is at least this share of it. */
const MIN_SHARE_OF_ONE_WORD = 0.5;
/** Words without weight in a comparison. */
const FILLERS = new Set(
  "a an and are can could do does i is it me my of oh please the to uh um we well what would you your"
    .split(" "),
);

/** Lower case, letters and digits only, single spaces. */
export function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ").trim();
}

export function matchPhrases<Intent>(
  phrases: readonly { readonly phrase: string; readonly intent: Intent }[],
): PhraseMatcher<Intent> {
  const known: Phrase<Intent>[] = phrases
    .map(({ phrase, intent }) => ({ words: wordsOf(phrase), intent }))
    .filter(({ words }) => words.length > 0)
    .sort((a, b) => b.words.length - a.words.length);
  return {
    match(heard) {
      const words = wordsOf(heard);
      const said = saidPhrases(words, known);
      if (said.length > 0) return [...new Set(said)];
      const likeliest = likeliestOf(words, known);
      return likeliest === undefined ? [] : [likeliest];
    },
  };
}

function wordsOf(text: string): string[] {
  const normal = normalise(text);
  return normal === "" ? [] : normal.split(" ");
}

/** Known phrases that stand word for word in the text, longest first choice, none overlapping another. */
function saidPhrases<Intent>(words: string[], known: readonly Phrase<Intent>[]): Intent[] {
  const taken = words.map(() => false);
  const found: { at: number; intent: Intent }[] = [];
  for (const { words: phrase, intent } of known) {
    const tooSlight = phrase.length === 1 && words.length * MIN_SHARE_OF_ONE_WORD > 1;
    if (tooSlight) continue;
    for (let at = 0; at + phrase.length <= words.length; at++) {
      if (!phrase.every((word, i) => words[at + i] === word && !taken[at + i])) continue;
      taken.fill(true, at, at + phrase.length);
      found.push({ at, intent });
    }
  }
  return found.sort((a, b) => a.at - b.at).map(({ intent }) => intent);
}

/** The intent whose phrase shares most words with the text, if only one does so best. */
function likeliestOf<Intent>(
  words: string[],
  known: readonly Phrase<Intent>[],
): Intent | undefined {
  const heard = meaningful(words);
  let best = 0;
  let intents = new Set<Intent>();
  for (const phrase of known) {
    const likeness = diceCoefficient(heard, meaningful(phrase.words));
    if (likeness < MIN_LIKENESS || likeness < best) continue;
    if (likeness > best) intents = new Set();
    best = likeness;
    intents.add(phrase.intent);
  }
  return intents.size === 1 ? intents.values().next().value : undefined;
}

function meaningful(words: readonly string[]): Set<string> {
  return new Set(words.filter((word) => !FILLERS.has(word)));
}

/** Twice the common words over all words: 0 (none) to 1 (the same words). */
function diceCoefficient(a: Set<string>, b: Set<string>): number {
  const common = a.intersection(b).size;
  return common === 0 ? 0 : (2 * common) / (a.size + b.size);
}
