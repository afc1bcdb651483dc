import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { patternsOverlap } from "./subject_rules.ts";
import { SubjectTrie } from "./subject_trie.ts";

const token = fc.constantFrom("a", "b", "c");
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join("."));
const pattern = fc.tuple(
  fc.array(fc.oneof(token, fc.constant("*")), { maxLength: 3 }),
  fc.oneof(token, fc.constantFrom("*", ">")),
).map(([head, last]) => [...head, last].join("."));

describe("SubjectTrie.match()", () => {
  it("finds exactly the patterns that match, as one by one comparison does", () => {
    fc.assert(fc.property(fc.array(pattern), subject, (patterns, subject) => {
      const trie = new SubjectTrie<number>();
      patterns.forEach((each, i) => trie.add(each, i));
      const expected = patterns.flatMap((each, i) => patternsOverlap(each, subject) ? [i] : []);
      assertEquals(trie.match(subject).sort((a, b) => a - b), expected);
    }));
  });
});

describe("SubjectTrie.delete()", () => {
  it("leaves what was not deleted, and nothing when all is", () => {
    fc.assert(fc.property(fc.array(pattern), fc.array(pattern), subject, (stay, go, subject) => {
      const trie = new SubjectTrie<string>();
      stay.forEach((each, i) => trie.add(each, `stay${i}`));
      go.forEach((each, i) => trie.add(each, `go${i}`));
      go.forEach((each, i) => trie.delete(each, `go${i}`));
      assert(trie.match(subject).every((value) => value.startsWith("stay")));
      assertEquals(
        trie.match(subject).length,
        stay.filter((each) => patternsOverlap(each, subject)).length,
      );
      stay.forEach((each, i) => trie.delete(each, `stay${i}`));
      assert(trie.empty);
    }));
  });

  it("ignores a pattern it does not have", () => {
    const trie = new SubjectTrie<number>();
    trie.add("a.b", 1);
    trie.delete("a.c.d", 1);
    trie.delete("a.b", 2);
    assertEquals(trie.match("a.b"), [1]);
  });
});
