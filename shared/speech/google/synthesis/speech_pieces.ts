/** PURE. Cuts a text into what one request takes. */
import { splitSentences } from "shared/speech/sentences.ts";

/**
 * The text in pieces whose size, as they will be sent, is at most `limitBytes`.
 *
 * - A text that fits is left as it is. Otherwise whole sentences are put together for as long as they fit, with one
 *   blank between them; a sentence too long by itself is cut between words, a word too long between code points.
 * - No word is lost, doubled or cut that fits by itself.
 *
 * @param sentBytes how many bytes of UTF-8 a text takes when sent, markup and entities included; grows with the text.
 */
export function speechPieces(
  text: string,
  limitBytes: number,
  sentBytes: (text: string) => number,
): string[] {
  const fits = (text: string) => sentBytes(text) <= limitBytes;
  if (text.trim() === "") return [];
  if (fits(text)) return [text];
  const fitting = splitSentences(text).flatMap((sentence) => {
    if (fits(sentence)) return [sentence];
    return joined(sentence.split(" ").flatMap((word) => cutWord(word, fits)), fits);
  });
  return joined(fitting, fits);
}

/** Puts neighbours together, with a blank between them, for as long as they fit. */
function joined(parts: readonly string[], fits: (text: string) => boolean): string[] {
  const whole: string[] = [];
  for (const part of parts) {
    const longer = whole.length > 0 ? `${whole.at(-1)} ${part}` : part;
    if (whole.length > 0 && fits(longer)) whole[whole.length - 1] = longer;
    else whole.push(part);
  }
  return whole;
}

/** The word in parts that fit, each as long as can be. One code point is never cut. */
function cutWord(word: string, fits: (text: string) => boolean): string[] {
  if (fits(word)) return [word];
  const parts: string[] = [];
  for (let rest = [...word]; rest.length > 0;) {
    const length = longestFitting(rest, fits);
    parts.push(rest.slice(0, length).join(""));
    rest = rest.slice(length);
  }
  return parts;
}

function longestFitting(codePoints: readonly string[], fits: (text: string) => boolean): number {
  let fitting = 1;
  let tooLong = codePoints.length + 1;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits(codePoints.slice(0, middle).join(""))) fitting = middle;
    else tooLong = middle;
  }
  return fitting;
}
