/** What Google is told to expect of callers. PURE. */

/** A server refuses a request with more: https://cloud.google.com/speech-to-text/quotas */
const MOST_PHRASES = 5_000;
const LONGEST_PHRASE = 100;
const MOST_CHARACTERS = 100_000;

export interface PhraseHints {
  readonly phrases: readonly string[];
  /** What was left out, being too long, or too many. */
  readonly dropped: readonly string[];
}

/** What of the phrases Google takes as hints: the first ones, each once. */
export function phraseHints(phrases: readonly string[]): PhraseHints {
  const wanted = new Set(phrases.map((phrase) => phrase.trim()).filter((phrase) => phrase !== ""));
  const taken: string[] = [];
  const dropped: string[] = [];
  let characters = 0;
  for (const phrase of wanted) {
    const isRoom = taken.length < MOST_PHRASES && characters + phrase.length <= MOST_CHARACTERS;
    if (phrase.length > LONGEST_PHRASE || !isRoom) {
      dropped.push(phrase);
    } else {
      taken.push(phrase);
      characters += phrase.length;
    }
  }
  return { phrases: taken, dropped };
}

/** What to tell of phrases that were left out. */
export function droppedPhrases(engine: string, [first, ...others]: readonly string[]): string {
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  return `${engine}: takes ${MOST_PHRASES} phrases of ${LONGEST_PHRASE} characters, ${MOST_CHARACTERS} in all, as hints; ` +
    `it goes without "${first!.slice(0, LONGEST_PHRASE)}"${more}`;
}
