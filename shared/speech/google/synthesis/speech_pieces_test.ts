import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { MAX_SENTENCE_CHARS, splitSentences } from "shared/speech/sentences.ts";
import { speechPieces } from "./speech_pieces.ts";
import { toSsml } from "./ssml.ts";

const LIMIT_BYTES = 5_000;
const utf8Bytes = (text: string) => new TextEncoder().encode(text).length;
const ssmlBytes = (text: string) => utf8Bytes(toSsml(text));
const wordsOf = (text: string) => text.split(/\s+/u).filter((word) => word !== "");

const SENTENCE = 'בבוקר "טוב", שמנו לב ש-1 < 2 & זה נכון.';
const hebrew = (bytes: number) =>
  Array.from({ length: Math.ceil(bytes / utf8Bytes(`${SENTENCE} `)) }, () => SENTENCE).join(" ");

/** Words of Hebrew, niqqud, emoji with joiners, entities; now and then one that is longer than any piece. */
const character = fc.constantFrom(
  "א",
  "שׁ",
  "בָּ",
  "é",
  "👍",
  "👩‍👧",
  "&",
  "<",
  '"',
  "a",
  "7",
  "\u0301",
  "־",
);
const word = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: character, minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: character, minLength: 30, maxLength: 200 }) },
);
const ending = fc.constantFrom(" ", " ", " ", ". ", "? ", ", ", "\n", "  ", "׃ ");
const text = fc.array(fc.tuple(word, ending), { maxLength: 60 }).map((parts) =>
  parts.flat().join("")
);
const limit = fc.integer({ min: 40, max: 300 });
const sizes = fc.constantFrom(utf8Bytes, ssmlBytes);

describe("speechPieces()", () => {
  it("leaves a text that fits as it is, and makes nothing of none", () => {
    assertEquals(speechPieces(" שלום.\nמה נשמע? ", LIMIT_BYTES, ssmlBytes), [" שלום.\nמה נשמע? "]);
    assertEquals(speechPieces(" \n ", LIMIT_BYTES, ssmlBytes), []);
  });

  it("cuts 12,000 bytes of Hebrew at sentence ends, as few times as can be", () => {
    const text = hebrew(12_000);
    const pieces = speechPieces(text, LIMIT_BYTES, ssmlBytes);
    assertEquals(pieces.join(" "), text);
    for (const [index, piece] of pieces.entries()) {
      assertLessOrEqual(ssmlBytes(piece), LIMIT_BYTES);
      assert(piece.endsWith("."));
      const next = pieces[index + 1];
      if (next) assert(ssmlBytes(`${piece} ${splitSentences(next)[0]}`) > LIMIT_BYTES);
    }
  });

  it("counts markup and entities as they are sent", () => {
    const text = Array.from({ length: 300 }, () => "&&&&.").join(" ");
    assertEquals(speechPieces(text, LIMIT_BYTES, utf8Bytes), [text]);
    const pieces = speechPieces(text, LIMIT_BYTES, ssmlBytes);
    assertEquals(pieces.join(" "), text);
    assertEquals(pieces.length, Math.ceil(ssmlBytes(text) / LIMIT_BYTES));
  });

  it("cuts a sentence that is too long by itself between words", () => {
    const sentence = Array.from({ length: 20 }, () => "שלום").join(" ");
    assertLessOrEqual(sentence.length, MAX_SENTENCE_CHARS);
    const pieces = speechPieces(sentence, 40, utf8Bytes);
    assertEquals(pieces, Array.from({ length: 5 }, () => "שלום שלום שלום שלום"));
  });

  it("cuts a word that is too long by itself between code points", () => {
    assertEquals(speechPieces(`a ${"👍".repeat(12)} b`, 40, utf8Bytes), [
      "a",
      "👍".repeat(10),
      "👍👍 b",
    ]);
  });

  it("sends no piece over the limit, whatever the text", () => {
    fc.assert(fc.property(text, limit, sizes, (text, limit, size) => {
      for (const piece of speechPieces(text, limit, size)) assertLessOrEqual(size(piece), limit);
    }));
  });

  it("loses, doubles and moves no character", () => {
    fc.assert(fc.property(text, limit, sizes, (text, limit, size) => {
      const pieces = speechPieces(text, limit, size);
      assertEquals(wordsOf(pieces.join(" ")).join(""), wordsOf(text).join(""));
      assert(pieces.every((piece) => piece.trim() !== "" && piece.isWellFormed()));
    }));
  });

  it("keeps every word whole that fits by itself", () => {
    fc.assert(fc.property(text, limit, sizes, (text, limit, size) => {
      const fitting = wordsOf(text).filter((word) => size(word) <= limit);
      const sent = wordsOf(speechPieces(text, limit, size).join(" "));
      let from = 0;
      for (const word of fitting) {
        const at = sent.indexOf(word, from);
        assert(at >= from, `${JSON.stringify(word)} was cut`);
        from = at + 1;
      }
    }));
  });
});
