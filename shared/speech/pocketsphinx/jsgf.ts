/** Phrases as a grammar (JSGF) with a branch for everything else. Pure. */

/** The phones of the CMU dictionary, which the acoustic model `en-us` has. */
export const PHONES =
  "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
    .split(" ");

const GARBAGE_PREFIX = "ph_";
const GARBAGE_EDGE = `${GARBAGE_PREFIX}sil`;

/** Words that stand for a phone (or silence) each: the decoder's dictionary needs them for the garbage branch. */
export const GARBAGE_WORDS: readonly { readonly word: string; readonly phone: string }[] = [
  { word: GARBAGE_EDGE, phone: "SIL" },
  ...PHONES.map((phone) => ({ word: garbageWord(phone), phone })),
];

/**
 * What each phone of the garbage branch costs against a phrase's 1. Found by trial with four voices, clean and
 * noisy: dearer takes other speech for phrases, cheaper takes phrases for garbage.
 */
const PHONE_WEIGHT = "1e-9";

export interface Grammar {
  /** Undefined when no phrase is left. */
  readonly jsgf: string | undefined;
  /** Phrases left out, each with its words that the dictionary lacks. */
  readonly leftOut: readonly LeftOutPhrase[];
}

export interface LeftOutPhrase {
  readonly phrase: string;
  readonly unknownWords: readonly string[];
}

/** A phrase in the dictionary's spelling: lower case, no punctuation but apostrophes. */
export function phraseWords(phrase: string): string[] {
  return phrase.normalize("NFKC").toLowerCase().replace(/[‘’]/g, "'")
    .replace(/[^\p{L}\p{N}\p{M}']+/gu, " ")
    .split(" ")
    .map((word) => word.replace(/^'+|'+$/g, ""))
    .filter((word) => word !== "");
}

/** The grammar of those phrases whose words are all known. */
export function phraseGrammar(
  phrases: readonly string[],
  isKnown: (word: string) => boolean,
): Grammar {
  const leftOut: LeftOutPhrase[] = [];
  const usable = new Set<string>();
  for (const phrase of phrases) {
    const words = phraseWords(phrase);
    const unknownWords = words.filter((word) => !isKnown(word));
    if (words.length === 0 || unknownWords.length > 0) leftOut.push({ phrase, unknownWords });
    else usable.add(words.join(" "));
  }
  return { jsgf: usable.size > 0 ? jsgfOf([...usable]) : undefined, leftOut };
}

/**
 * The words of a hypothesis; undefined when it is empty or holds garbage.
 *
 * @param hypothesis as the decoder gives it: words of the grammar, separated by blanks.
 */
export function understood(hypothesis: string | undefined): string | undefined {
  const text = hypothesis?.trim();
  if (!text || text.split(" ").some((word) => word.startsWith(GARBAGE_PREFIX))) return undefined;
  return text;
}

/**
 * PocketSphinx loses the weight of an alternative that is a rule, and a loop at the beginning of a rule leads
 * back into the rule around it. So every alternative begins with a word: the branch with one of silence.
 */
function jsgfOf(phrases: readonly string[]): string {
  const alternatives = phrases.map((phrase) => `/1/ ${phrase}`);
  const loops = PHONES.map((phone) => `/${PHONE_WEIGHT}/ ${garbageWord(phone)} <phones>`);
  return [
    "#JSGF V1.0;",
    "grammar kav;",
    `public <utterance> = ${alternatives.join(" | ")} | /1/ ${GARBAGE_EDGE} <phones>;`,
    `<phones> = /1/ ${GARBAGE_EDGE} | ${loops.join(" | ")};`,
    "",
  ].join("\n");
}

function garbageWord(phone: string): string {
  return GARBAGE_PREFIX + phone.toLowerCase();
}
