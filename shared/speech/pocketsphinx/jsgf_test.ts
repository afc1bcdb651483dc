import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { GARBAGE_WORDS, PHONES, phraseGrammar, phraseWords, understood } from "./jsgf.ts";

const all = () => true;

describe("phraseWords()", () => {
  const CASES: [phrase: string, words: string][] = [
    ["What are your opening hours?", "what are your opening hours"],
    ["  it’s  a walk-in, right ", "it's a walk in right"],
    ["'quoted' words", "quoted words"],
    ['; | <evil> = /1/ {tag} (x)* \\ "q"', "evil 1 tag x q"],
    ["#JSGF V1.0; grammar x;", "jsgf v1 0 grammar x"],
    ["שלום", "שלום"],
    ["?!", ""],
  ];
  for (const [phrase, words] of CASES) {
    it(`takes ${JSON.stringify(phrase)} as ${JSON.stringify(words)}`, () => {
      assertEquals(phraseWords(phrase).join(" "), words);
    });
  }
});

describe("phraseGrammar()", () => {
  it("has every phrase once, and the garbage branch, each beginning with a word", () => {
    const { jsgf, leftOut } = phraseGrammar(["Yes.", "no", "yes"], all);
    assertEquals(leftOut, []);
    const lines = jsgf!.split("\n");
    assertEquals(lines.slice(0, 3), [
      "#JSGF V1.0;",
      "grammar kav;",
      "public <utterance> = /1/ yes | /1/ no | /1/ ph_sil <phones>;",
    ]);
    assert(lines[3]!.startsWith("<phones> = /1/ ph_sil | /1e-9/ ph_aa <phones> | "));
    assertEquals(lines[3]!.split(" | ").length, 1 + PHONES.length);
  });

  it("leaves out a phrase with a word that the dictionary lacks, and names the word", () => {
    const known = new Set("rent a bicycle".split(" "));
    const { jsgf, leftOut } = phraseGrammar(
      ["rent a bicycle", "rent a tandemette", "24"],
      (word) => known.has(word),
    );
    assert(jsgf!.includes("/1/ rent a bicycle | /1/ ph_sil"));
    assertEquals(leftOut, [
      { phrase: "rent a tandemette", unknownWords: ["tandemette"] },
      { phrase: "24", unknownWords: ["24"] },
    ]);
  });

  it("is undefined when no phrase is left", () => {
    assertEquals(phraseGrammar(["?!"], all), {
      jsgf: undefined,
      leftOut: [{ phrase: "?!", unknownWords: [] }],
    });
  });

  it("uses no garbage word that it does not declare", () => {
    const declared = new Set(GARBAGE_WORDS.map(({ word }) => word));
    const used = phraseGrammar(["yes"], all).jsgf!.match(/ph_\w+/g)!;
    assertEquals(used.filter((word) => !declared.has(word)), []);
  });
});

describe("understood()", () => {
  const CASES: [hypothesis: string | undefined, text: string | undefined][] = [
    ["when are you open", "when are you open"],
    [" yes ", "yes"],
    ["ph_sil ph_aa ph_sil", undefined],
    ["when ph_aa", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [hypothesis, text] of CASES) {
    it(`takes ${JSON.stringify(hypothesis)} as ${JSON.stringify(text)}`, () => {
      assertEquals(understood(hypothesis), text);
    });
  }
});
