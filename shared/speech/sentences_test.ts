import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { MAX_SENTENCE_CHARS, splitSentences } from "./sentences.ts";

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}

const CASES: readonly (readonly [name: string, sentences: readonly string[]])[] = [
  ["at full stops, question and exclamation marks", ["Hello there.", "How are you?", "Fine!"]],
  ["not after titles", ["Ask Dr. Smith or Mrs. Jones at St. Mary.", "They know."]],
  ["not after initials", ["J. R. Ewing called.", "So did I.", "Then I left."]],
  ["not inside e.g. and i.e.", ["Bring food, e.g. bread, i.e. lunch.", "We ride at ten."]],
  ["not after p.m. in the middle", ["We close at 5 p.m. on Monday and at 2 p.m. on Friday."]],
  ["after p.m. before a capital letter", ["We close at 5 p.m.", "We open at 9 a.m."]],
  ["not in decimals and prices", ["It costs 3.50 or $4.25 a day.", "That is 2.5 percent more."]],
  ["not in phone numbers", ["Call 555.123.4567 or 03-123-4567.", "Ask for Ann."]],
  ["not after No. before a number", ["Take bus No. 5 there.", "No.", "I mean it."]],
  ["not in web addresses", ["See www.kav.example for more.", "Bye."]],
  ["after an ellipsis before a capital letter", ["Wait...", "I know."]],
  ["not after an ellipsis in mid sentence", ["Well… let me see... yes."]],
  ["after closing quotes and brackets", ['He said "Stop."', "(Really.)", "Yes."]],
  ["after Hebrew sentences", ["שלום לך.", "מה שלומך?", "הכול טוב!"]],
  ["at a sof pasuq", ["בראשית ברא אלהים׃", "והארץ היתה תהו"]],
  ["not in Hebrew dotted abbreviations", ["כתבו לנו לת.ד. 123 בחיפה.", "לא.", "תודה."]],
  ["not in Hebrew abbreviations with a quotation mark", ['ד"ר כהן עסוק.', "נסו מחר."]],
];

describe("splitSentences()", () => {
  for (const [name, sentences] of CASES) {
    it(`splits ${name}`, () => {
      assertEquals(splitSentences(sentences.join(" ")), [...sentences]);
    });
  }

  it("ends a sentence at every newline", () => {
    assertEquals(splitSentences("We have\n- bikes\r\n- helmets\n\nand more"), [
      "We have",
      "- bikes",
      "- helmets",
      "and more",
    ]);
  });

  it("keeps the number of a list item with its text", () => {
    assertEquals(splitSentences("1. Ride a bike.\n2. Go home."), [
      "1. Ride a bike.",
      "2. Go home.",
    ]);
  });

  it("gives a lone mark to the sentence before it", () => {
    assertEquals(splitSentences("Yes. — No! 😀"), ["Yes. —", "No! 😀"]);
  });

  it("gives nothing for a text without words", () => {
    assertEquals(splitSentences(" \n\t "), []);
  });

  it("cuts a long sentence after its last comma or semicolon that fits", () => {
    const head = `${"word ".repeat(20)}one, ${"word ".repeat(15)}two;`;
    const tail = "word ".repeat(20).trim() + ".";
    assertEquals(splitSentences(`${head} ${tail}`), [head, tail]);
  });

  it("cuts a long sentence without commas between two words", () => {
    const parts = splitSentences("word ".repeat(100).trim());
    assertEquals(parts.map((part) => part.length), [199, 199, 99]);
  });

  it("keeps a word whole however long it is", () => {
    const word = "a".repeat(MAX_SENTENCE_CHARS + 50);
    assertEquals(splitSentences(`One ${word} two.`), ["One", word, "two."]);
  });

  const piece = fc.constantFrom(
    ...["one", "Two", "3.5", "Dr.", "e.g.", "p.m.", "end.", "why?", "wow!", "so,", "then;"],
    ...["—", "...", "…", "שלום", "ת.ד.", '"quote."', "(x)", "5.", "😀", "\n", "a".repeat(60)],
  );

  it("keeps every word, in order, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece).map((all) => all.join(" "))), (text) => {
        assertEquals(wordsOf(splitSentences(text).join(" ")), wordsOf(text));
      }),
    );
  });

  it("never gives an empty sentence, nor one over the limit that has a blank", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        for (const sentence of splitSentences(pieces.join(" "))) {
          assert(sentence.trim() === sentence && sentence !== "");
          assert(sentence.length <= MAX_SENTENCE_CHARS || !sentence.includes(" "));
        }
      }),
    );
  });
});
