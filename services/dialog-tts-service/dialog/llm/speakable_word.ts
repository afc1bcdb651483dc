/** PURE. What models write for the eye is left out: a voice would read it aloud. */

/** Marks of a list, a quotation, a table or a heading, and rules between paragraphs, at the head of a line. */
const LINE_MARK = /^(?:[-+*•‣▪◦·–—>]|#{1,6}|[-*_=]{3,}|`{3,}.*|\[[ xX]?\])$/u;
/** `[words](address)`: the address. Unclosed while it is still being written. */
const LINK_ADDRESS = /\]\([^\s)]*\)?/gu;
const BRACKETS = /!?\[|\]/gu;
const EMPHASIS = /`+|~~+|\*{2,}|_{2,}|\|/gu;
/** A single star or underscore, but in the middle of a word or number. */
const LONE_EMPHASIS = /(?<![\p{L}\p{N}])[*_]|[*_](?![\p{L}\p{N}])/gu;
const EMOJI =
  /(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u{1F3FB}-\u{1F3FF}])[\uFE0F\u200D]*|[\uFE0E\uFE0F\u20E3]/gu;
const ESCAPE = /\\(?=[^\p{L}\p{N}\s])/gu;

/**
 * A word of a model's text as it is to be spoken, empty if it is nothing but markup. The beginning of a word gives the
 * beginning of what the whole word gives, as far as its first letter or digit.
 *
 * @param isHead no word of the same line was kept before it.
 */
export function speakableWord(word: string, isHead: boolean): string {
  if (isHead && LINE_MARK.test(word)) return "";
  // What callers are to press stays.
  if (word === "*" || word === "#") return word;
  return word
    .replace(EMOJI, "")
    .replace(ESCAPE, "")
    .replace(LINK_ADDRESS, "")
    .replace(BRACKETS, "")
    .replace(EMPHASIS, "")
    .replace(LONE_EMPHASIS, "");
}

export function hasSound(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
