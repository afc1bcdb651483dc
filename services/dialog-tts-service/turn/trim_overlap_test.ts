import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { trimOverlap } from "./trim_overlap.ts";

describe("trimOverlap()", () => {
  const cases: readonly [name: string, taken: string, heard: string, fresh: string][] = [
    ["the repeated end", "when do you open", "you open and where are you", "and where are you"],
    ["the whole repetition", "when do you open", "do you open", ""],
    ["the longest repetition", "no no", "no no no", "no"],
    ["a repetition in other case and punctuation", "When do you open?", "You, open; now", "now"],
    ["a repetition in Hebrew", "מתי אתם פותחים?", "אתם פותחים ביום ראשון", "ביום ראשון"],
    ["a repetition with an apostrophe left out", "what's up", "whats up there", "there"],
    ["a repetition around a dash", "five - six", "Five six – seven", "seven"],
    ["nothing where nothing repeats", "when do you open", "and on sunday?", "and on sunday?"],
    ["nothing where the middle repeats", "when do you open", "when do they", "when do they"],
    ["nothing after silence", "", "hello", "hello"],
  ];
  for (const [name, taken, heard, fresh] of cases) {
    it(`takes away ${name}`, () => assertEquals(trimOverlap(taken, heard), fresh));
  }

  const words = fc.array(fc.constantFrom("one", "two", "three", "אחת", "שתיים"), { maxLength: 8 });
  const shout = (list: readonly string[]) => list.map((word) => `${word.toUpperCase()},`).join(" ");

  it("leaves what is new behind any repeated end, and that alone when it repeats nothing", () => {
    fc.assert(fc.property(words, words, words, (before, repeated, fresh) => {
      const taken = [...before, ...repeated].join(" ");
      // "new" stands in no taken text: what follows it cannot be taken for a repetition.
      const heard = [...repeated, "new", ...fresh];
      assertEquals(trimOverlap(taken, shout(heard)), shout(["new", ...fresh]));
    }));
  });

  it("never invents, reorders or splits words", () => {
    fc.assert(fc.property(fc.string(), fc.string({ unit: "grapheme" }), (taken, heard) => {
      const fresh = trimOverlap(taken, heard);
      const rest = heard.trim().split(/\s+/u).join(" ");
      assert(fresh === heard.trim() || isSubsequence(fresh.split(" "), rest.split(" ")));
    }));
  });
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const word of whole) if (word === part[at]) at++;
  return at === part.length || part.join("") === "";
}
