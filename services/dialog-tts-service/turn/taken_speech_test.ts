import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { TakenSpeech } from "./taken_speech.ts";
import { final, rejected } from "../testing/turn_table.ts";

describe("TakenSpeech.take()", () => {
  let taken: TakenSpeech;

  beforeEach(() => {
    taken = new TakenSpeech();
  });

  it("gives texts, and null for rejections, and knows how far they reach", () => {
    assertEquals(taken.throughSeq, -1);
    assertEquals(taken.take(final("when do you open", 140, 0, 100)), "when do you open");
    assertEquals(taken.take(rejected(180, 0, 150)), null);
    assertEquals(taken.throughSeq, 180);
  });

  it("takes nothing twice", () => {
    taken.take(final("when do you open", 140, 0, 100));
    assertEquals(taken.take(final("when do you open", 140, 0, 100)), undefined);
    assertEquals(taken.take(rejected(139, 0, 120)), undefined);
    assertEquals(taken.throughSeq, 140);
  });

  it("gives of an overlapping final what is new", () => {
    taken.take(final("when do you open", 140, 0, 100));
    assertEquals(taken.take(final("You open? Where are you?", 200, 0, 140)), "Where are you?");
    assertEquals(taken.throughSeq, 200);
  });

  it("compares an overlap with all that was taken before, however it was cut", () => {
    taken.take(final("when do", 120, 0, 100));
    taken.take(final("you open", 140, 0, 121));
    assertEquals(taken.take(final("do you open today", 200, 0, 110)), "today");
  });

  it("ignores an overlapping final without anything new, and an overlapping rejection", () => {
    taken.take(final("when do you open", 140, 0, 100));
    assertEquals(taken.take(final("you open", 150, 0, 120)), undefined);
    assertEquals(taken.take(rejected(160, 0, 150)), undefined);
    assertEquals(taken.take(rejected(190, 0, 170)), null);
  });

  it("leaves a repetition that does not overlap as it is", () => {
    taken.take(final("no", 140, 0, 100));
    assertEquals(taken.take(final("no", 200, 0, 141)), "no");
  });
});

describe("TakenSpeech.resume()", () => {
  it("takes what a predecessor has answered for taken, and trims by it", () => {
    const taken = new TakenSpeech();
    taken.resume(140, [final("where are you", 90, 0, 50), final("when do you open", 140, 0, 100)]);
    assertEquals(taken.take(final("when do you open", 140, 0, 100)), undefined);
    assertEquals(taken.take(final("you open on sunday", 200, 0, 130)), "on sunday");
  });

  it("does not trim by what was heard and not answered", () => {
    const taken = new TakenSpeech();
    taken.resume(90, [final("where are you", 90, 0, 50), final("on sunday", 140, 0, 100)]);
    assertEquals(taken.take(final("you on sunday", 140, 0, 85)), "on sunday");
  });
});
