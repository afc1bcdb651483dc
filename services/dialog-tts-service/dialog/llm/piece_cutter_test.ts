import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { wordsOf } from "shared/store/heard_text.ts";
import { PieceCutter } from "./piece_cutter.ts";
import { hasSound, speakableWord } from "./speakable_word.ts";

function cut(deltas: readonly string[]): string[] {
  const cutter = new PieceCutter();
  return [...deltas.flatMap((delta) => cutter.push(delta)), ...cutter.flush()];
}

/** What is given after each delta, then at the end. */
function cutInTime(deltas: readonly string[]): string[][] {
  const cutter = new PieceCutter();
  return [...deltas.map((delta) => cutter.push(delta)), cutter.flush()];
}

const CASES: readonly (readonly [name: string, text: string, pieces: readonly string[]])[] = [
  [
    "the first piece at a comma, later ones by sentence",
    "Of course I can, just wait, please. We open at nine, and close at five. Bye.",
    ["Of course I can,", "just wait, please.", "We open at nine, and close at five.", "Bye."],
  ],
  ["no first piece of two words", "Yes sir, we do. Come in.", ["Yes sir, we do.", "Come in."]],
  ["no first piece below twelve characters", "No, it is, ok, so.", ["No, it is, ok,", "so."]],
  ["a first piece at a dash", "That is quite late — but we are here.", [
    "That is quite late —",
    "but we are here.",
  ]],
  ["a lone mark with the clause before it", "That is quite late, — but we are here.", [
    "That is quite late, —",
    "but we are here.",
  ]],
  ["no first piece inside of a number", "That makes just 1,000 dollars or 10:30, 11:30 hours.", [
    "That makes just 1,000 dollars or 10:30, 11:30 hours.",
  ]],
  ["no piece at abbreviations and decimals", "Ask Dr. Levi now. It is 3.5 km or No. 5 of it.", [
    "Ask Dr. Levi now.",
    "It is 3.5 km or No. 5 of it.",
  ]],
  ["Hebrew sentences", 'שלום לך. ד"ר כהן פה? כתבו לת.ד. 123 בחיפה. צה"ל, תודה.', [
    "שלום לך.",
    'ד"ר כהן פה?',
    "כתבו לת.ד. 123 בחיפה.",
    'צה"ל, תודה.',
  ]],
  ["a Hebrew first piece at a comma", "אנחנו פתוחים היום, מתשע עד חמש.", [
    "אנחנו פתוחים היום,",
    "מתשע עד חמש.",
  ]],
  ["a list, line by line", "## Our hours:\n- **Monday** - Friday\n* Sunday\n1. Ride.\n---\n> Bye", [
    "Our hours:",
    "Monday - Friday",
    "Sunday",
    "1. Ride.",
    "Bye",
  ]],
  [
    "emphasis, code and links as their words",
    "See [our *site*](https://a.b/c). Say `yes`, __now__!",
    [
      "See our site.",
      "Say yes, now!",
    ],
  ],
  ["a table as its words", "| Day | Hours |\n|---|---|\n| Monday | 9 |", [
    "Day Hours",
    "Monday 9",
  ]],
  ["no emoji", "Hello there 😀! 👩‍👩‍👧 Come in 🇮🇱 1️⃣. ❤️", ["Hello there !", "Come in 1."]],
  ["the star and hash that are keys", "Press * or # to go on.", ["Press * or # to go on."]],
  ["no piece without a letter or digit", "…\n\n - \n😀\n?! Yes.", ["Yes."]],
  ["code fences as their content", "```json\none\n```\ntwo", ["one", "two"]],
  ["nothing of nothing", " \n ", []],
];

describe("PieceCutter", () => {
  for (const [name, text, pieces] of CASES) {
    it(`gives ${name}`, () => assertEquals(cut([text]), pieces));
  }

  it("gives a piece as soon as the next word has begun", () => {
    assertEquals(cutInTime(["We open", " at nine.", " ", "A", "nd close at 5.", "\n", "Bye"]), [
      ...[[], [], [], ["We open at nine."], [], ["And close at 5."], []],
      ["Bye"],
    ]);
    assertEquals(cutInTime(["Sure I can do that,", " b", "ut"]), [
      [],
      ["Sure I can do that,"],
      [],
      ["but"],
    ]);
  });

  it("waits for the next word where it decides", () => {
    assertEquals(cutInTime(["We close at 5 p.m.", " ", "(", "on"]), [[], [], [], [], [
      "We close at 5 p.m. (on",
    ]]);
    assertEquals(cutInTime(["We close at 5 p.m.", " (", "On"])[2], ["We close at 5 p.m."]);
    assertEquals(cutInTime(["Well...", " ", "(", "so"]), [[], [], [], [], ["Well... (so"]]);
  });

  it("cuts a sentence of more than 200 characters while it is written", () => {
    const words = "word ".repeat(45);
    assertEquals(cutInTime([words])[0]!.map(({ length }) => length), [199]);
  });

  it("goes on after a flush, and has its first clause once", () => {
    const cutter = new PieceCutter();
    assertEquals([...cutter.push("Let me look that up"), ...cutter.flush()], [
      "Let me look that up",
    ]);
    assertEquals([...cutter.push("We have three left, sir. Bye"), ...cutter.flush()], [
      "We have three left, sir.",
      "Bye",
    ]);
  });

  const part = fc.constantFrom(
    ...[
      "one",
      "Two",
      "3.5",
      "Dr.",
      "e.g.",
      "p.m.",
      "end.",
      "why?",
      "so,",
      "9:30,",
      "—",
      "...",
      "-",
    ],
    ...[
      "שלום",
      "ת.ד.",
      'ד"ר',
      '"quote."',
      "(x)",
      "5.",
      "1.",
      "😀",
      "\n",
      "**bold**",
      "`a`",
      "#",
      "*",
    ],
    ...["[our", "site](https://x.y/z),", "__i__", "![", "\\*", "|", "```", "a".repeat(60), "[x]"],
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 60 }).map((parts) => parts.join(" ")),
    fc.array(part, { maxLength: 60 }).map((parts) => parts.join("")),
    fc.string({ unit: "grapheme" }),
  );
  const cuts = fc.array(fc.nat({ max: 12 }), { minLength: 1 });

  it("gives the same pieces however the text comes", () => {
    fc.assert(fc.property(text, cuts, (whole, lengths) => {
      const deltas: string[] = [];
      for (let at = 0, n = 0; at < whole.length; n++) {
        const length = Math.max(lengths[n % lengths.length]!, n % 2);
        deltas.push(whole.slice(at, at + length));
        at += length;
      }
      assertEquals(cut(deltas), cut([whole]));
    }));
  });

  it("gives every word that can be spoken once, in order", () => {
    fc.assert(fc.property(text, (whole) => {
      const cleaned = whole.split(/[\r\n\u2028\u2029]/u).flatMap((line) => {
        const kept: string[] = [];
        for (const word of wordsOf(line)) kept.push(speakableWord(word, kept.join("") === ""));
        return kept;
      });
      const pieces = cut([whole]);
      assertEquals(wordsOf(pieces.join(" ")).filter(hasSound), cleaned.filter(hasSound));
      assertEquals(pieces.filter((piece) => !hasSound(piece) || piece.trim() !== piece), []);
    }));
  });
});
