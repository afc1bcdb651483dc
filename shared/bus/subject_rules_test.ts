import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  assertPattern,
  assertSubject,
  isSubject,
  literalPrefix,
  patternsOverlap,
} from "./subject_rules.ts";

describe("isSubject()", () => {
  it("takes any tokens NATS takes, Hebrew and punctuation included", () => {
    for (const subject of ["a", "a.b.c", "kav.קו", "$JS.API", "_INBOX.x-1", "a.b#c"]) {
      assert(isSubject(subject), subject);
    }
  });
});

describe("assertSubject()", () => {
  it("names what it received", () => {
    assertThrows(() => assertSubject("a..b"), TypeError, 'received "a..b"');
  });
});

describe("assertPattern()", () => {
  it("takes wildcards as whole tokens, > only at the end", () => {
    for (const pattern of ["*", ">", "a.*.b", "*.*", "a.>", "*.>", "a"]) assertPattern(pattern);
    for (const pattern of [">.a", "a*", "a.>b", "**"]) {
      assertThrows(() => assertPattern(pattern), TypeError, JSON.stringify(pattern));
    }
  });
});

describe("literalPrefix()", () => {
  it("ends before the first wildcard", () => {
    assertEquals(["a.b", "a.*.c", "a.>", ">", "*"].map(literalPrefix), ["a.b", "a.", "a.", "", ""]);
  });
});

describe("patternsOverlap()", () => {
  const cases: [string, string, boolean][] = [
    ["a.b", "a.b", true],
    ["a.b", "a.c", false],
    ["a.b", "a.b.c", false],
    ["a.*", "*.b", true],
    ["a.*", "a.b.c", false],
    ["a.>", "a", false],
    ["a.>", "a.b.c", true],
    ["a.>", "*.b.>", true],
    ["a.>", "b.>", false],
    [">", "x.y", true],
  ];
  for (const [a, b, overlap] of cases) {
    it(`says ${overlap} for ${a} and ${b}, either way round`, () => {
      assertEquals([patternsOverlap(a, b), patternsOverlap(b, a)], [overlap, overlap]);
    });
  }
});
