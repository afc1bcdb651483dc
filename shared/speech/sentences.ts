/** PURE. Cuts a text into what is synthesised at a time. */

/** Longer sentences are cut, so that no sentence keeps the caller waiting for its rendering. */
export const MAX_SENTENCE_CHARS = 200;

const CLOSING = /["'’”»)\]}]+$/u;
const TERMINATED = /[.!?…׃]$/u;
const SOFT_BREAK = /[,;:،؛–—]$/u;
const STARTS_UPPERCASE = /^["'‘“«([{]*\p{Lu}/u;
const STARTS_LOWERCASE = /^["'‘“«([{]*\p{Ll}/u;
const STARTS_DIGIT = /^\d/;
/** `J.`, `e.g.`, `U.S.`, `ת.ד.`: single letters with dots; in Hebrew also behind a prefix (`לת.ד.`). */
const DOTTED_LETTERS = /^(?:(?:\p{L}\.)+|[ובלכמהש]{1,2}(?:\p{L}\.){2,})$/u;
/** `1.` or `12.` at the head of a list item. */
const LIST_NUMBER = /^\d{1,3}\.$/;

/** Always before a name, never at the end of a sentence. */
const TITLES = new Set(
  words(
    "mr mrs ms mx dr prof rev hon st mt ft gen col lt sgt capt gov sen rep pres messrs vs approx dept est",
  ),
);
/** Ends a sentence only when a capital letter follows. */
const MAY_END = new Set(
  words(
    "a.m p.m etc inc ltd co corp jr sr ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec",
  ),
);
/** Before a number it is an abbreviation, otherwise a word. */
const BEFORE_NUMBER = new Set(words("no nos fig vol ch pp p sec art ext tel"));

/**
 * Splits a text into sentences to be spoken one after the other.
 *
 * - Every word of the text is in exactly one sentence, in order and unchanged; white space becomes one blank.
 * - A newline ends a sentence. Abbreviations, decimals, dotted numbers and list numbers do not.
 * - A sentence over {@link MAX_SENTENCE_CHARS} is cut after its last comma, semicolon, colon or dash before that,
 *   else between two words. A single longer word stays whole.
 */
export function splitSentences(text: string): string[] {
  return text.split(/[\r\n\u2028\u2029]+/u).flatMap((line) => {
    const tokens = line.split(/\s+/u).filter((token) => token !== "");
    return sentencesOf(tokens).flatMap(cutLong);
  });
}

function sentencesOf(tokens: readonly string[]): string[][] {
  const sentences: string[][] = [];
  let current: string[] = [];
  tokens.forEach((token, index) => {
    const previous = sentences.at(-1);
    if (current.length === 0 && previous && !/[\p{L}\p{N}]/u.test(token)) {
      // A lone dash or quote is no sentence of its own.
      previous.push(token);
      return;
    }
    current.push(token);
    if (endsSentence(token, current.length === 1, tokens[index + 1])) {
      sentences.push(current);
      current = [];
    }
  });
  if (current.length > 0) sentences.push(current);
  return sentences;
}

function endsSentence(token: string, isFirst: boolean, next: string | undefined): boolean {
  const bare = token.replace(CLOSING, "");
  if (!TERMINATED.test(bare)) return false;
  if (next === undefined) return true;
  if (/(?:\.\.|…)$/u.test(bare)) return !STARTS_LOWERCASE.test(next);
  if (!bare.endsWith(".")) return true;
  return !isAbbreviation(bare.replace(/^["'‘“«([{]+/u, ""), isFirst, next);
}

function isAbbreviation(bare: string, isFirst: boolean, next: string): boolean {
  const name = bare.slice(0, -1).toLowerCase();
  if (TITLES.has(name)) return true;
  if (BEFORE_NUMBER.has(name)) return STARTS_DIGIT.test(next);
  if (MAY_END.has(name) || name === "i") return !STARTS_UPPERCASE.test(next);
  if (DOTTED_LETTERS.test(bare)) return true;
  return isFirst && LIST_NUMBER.test(bare);
}

function cutLong(tokens: readonly string[]): string[] {
  const parts: string[] = [];
  let rest = tokens;
  while (rest.join(" ").length > MAX_SENTENCE_CHARS && rest.length > 1) {
    const cut = cutAt(rest);
    parts.push(rest.slice(0, cut).join(" "));
    rest = rest.slice(cut);
  }
  parts.push(rest.join(" "));
  return parts;
}

/** How many tokens the first part takes: at least one, and not all of them. */
function cutAt(tokens: readonly string[]): number {
  let chars = -1;
  let fitting = 0;
  let afterSoftBreak = 0;
  for (const token of tokens) {
    chars += 1 + token.length;
    if (chars > MAX_SENTENCE_CHARS) break;
    fitting++;
    if (SOFT_BREAK.test(token.replace(CLOSING, ""))) afterSoftBreak = fitting;
  }
  return afterSoftBreak || Math.max(fitting, 1);
}

function words(list: string): string[] {
  return list.split(" ");
}
