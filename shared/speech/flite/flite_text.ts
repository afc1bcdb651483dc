/** What flite can make of a text. */
export type FliteText =
  | { readonly kind: "speak"; readonly text: string }
  /** Nothing to say: empty, or only punctuation, symbols and emoji. */
  | { readonly kind: "silent" }
  /** Words, but none in Latin letters. */
  | { readonly kind: "foreign" };

const SPOKEN_AS: ReadonlyMap<string, string> = new Map([
  ...pairs("‘’‚‛ʼ′`´", "'"),
  ...pairs("“”„‟«»″", '"'),
  ...pairs("–—―−", " -- "),
  ["…", "... "],
  ["€", " euros "],
  ["£", " pounds "],
  ["₪", " shekels "],
  ["°", " degrees "],
  ["×", " times "],
  ["÷", " divided by "],
  ["⁄", "/"],
  ["ß", "ss"],
  ["æ", "ae"],
  ["Æ", "AE"],
  ["œ", "oe"],
  ["Œ", "OE"],
  ["ø", "o"],
  ["Ø", "O"],
  ["ł", "l"],
  ["Ł", "L"],
  ["ı", "i"],
  ["=", " equals "],
  ["@", " at "],
  ["#", " number "],
  ["+", " plus "],
  ...pairs("*_~^|\\<>{}[]", " "),
]);

/**
 * A text in the only characters flite's command line takes whole: printable ASCII. Marks over letters are
 * taken off, symbols become words, what cannot be said is left out.
 */
export function fliteText(text: string): FliteText {
  if (!/[\p{L}\p{N}]/u.test(text)) return { kind: "silent" };
  const spoken = asciiText(text);
  return /[a-z0-9]/i.test(spoken) ? { kind: "speak", text: spoken } : { kind: "foreign" };
}

/** What is left of a text in those characters: of a dash `--`, of an emoji nothing. */
export function asciiText(text: string): string {
  return replaceSymbols(replaceSymbols(text).normalize("NFKD").replace(/\p{M}/gu, ""))
    .replace(/[^\x20-\x7e]/gu, " ").replace(/ +/g, " ").trim();
}

function replaceSymbols(text: string): string {
  let replaced = "";
  for (const character of text) replaced += SPOKEN_AS.get(character) ?? character;
  return replaced;
}

function pairs(characters: string, spokenAs: string): [string, string][] {
  return [...characters].map((character) => [character, spokenAs]);
}
