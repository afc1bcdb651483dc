import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { millisecondsOf, pointOf } from "./points.ts";

describe("millisecondsOf()", () => {
  it("reads milliseconds and seconds, and nothing else", () => {
    assertEquals(["500ms", "3.2s", "7 s", "5", "5m", "-1s"].map(millisecondsOf), [
      500,
      3_200,
      7_000,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("pointOf()", () => {
  it("reads moments of a call", () => {
    assertEquals(pointOf("greeting", true), { of: "utterance", number: 0, end: true });
    assertEquals(pointOf("answer 2 start", true), { of: "utterance", number: 2, end: false });
    assertEquals(pointOf("answer 1 word 5", false), { of: "word", utterance: 1, word: 5 });
    assertEquals(pointOf("line 3", false), { of: "line", number: 3, end: false });
    assertEquals(pointOf("key 1 end", false), { of: "key", number: 1, end: true });
    assertEquals(pointOf("cut 2", true), { of: "cut", number: 2 });
    assertEquals(pointOf("silence 500ms", true), { of: "silence", ms: 500 });
    assertEquals(pointOf("call end", false), { of: "call", end: true });
  });

  it("refuses what is none", () => {
    for (const text of ["answer", "greeting 1", "line 1 word 2", "silence long", "answer one"]) {
      assertEquals(pointOf(text, true), undefined, text);
    }
  });
});
