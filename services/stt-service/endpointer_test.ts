import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Endpointer, type SpeechEvent } from "./endpointer.ts";
import { at, type Case, ENDED, OPTIONS, run, SPOKE, STARTED } from "./testing/endpointer_run.ts";

const CASES: readonly Case[] = [
  ["makes two finals of two utterances 300 ms apart", [
    SPOKE,
    [45, "partial", "one", 45],
    [65, "voice", 100],
    [69, "final", "one", 50],
    [90, "partial", "two", 90],
    [119, "final", "two", 100],
  ], [
    STARTED,
    "45: 1 partial one",
    ENDED,
    "65: 2 started 65",
    "69: 1 final one 10-50",
    "90: 2 partial two",
    "109: 2 ended 100",
    "119: 2 final two 65-100",
  ]],

  ["takes two utterances for one where the engine finals them as one", [
    SPOKE,
    [65, "voice", 100],
    [119, "final", "one two", 100],
  ], [
    STARTED,
    ENDED,
    "65: 2 started 65",
    "109: 2 ended 100",
    "119: 1 final one two 10-100",
  ]],

  ["publishes a rejection, and a final of another utterance after it", [
    SPOKE,
    [69, "rejected", 50],
    [100, "voice", 140],
    [159, "final", "yes", 140],
  ], [
    STARTED,
    ENDED,
    "69: 1 rejected 10-50",
    "100: 2 started 100",
    "149: 2 ended 140",
    "159: 2 final yes 100-140",
  ]],

  ["drops what an engine repeats", [
    SPOKE,
    [69, "final", "yes", 50],
    [70, "final", "yes", 50],
    [71, "partial", "yes", 50],
    [72, "rejected", 50],
  ], [STARTED, ENDED, "69: 1 final yes 10-50"]],

  ["goes on with speech behind a final in the middle of it", [
    [10, "voice", 100],
    [60, "final", "one", 50],
    [119, "final", "two", 100],
  ], [
    STARTED,
    "60: 1 final one 10-50",
    "60: 2 started 51",
    "109: 2 ended 100",
    "119: 2 final two 51-100",
  ]],

  ["goes on with speech that an engine finalled before the hangover had passed", [
    [10, "voice", 100],
    [60, "final", "one", 60],
    [119, "final", "two", 100],
  ], [
    STARTED,
    "60: 1 final one 10-60",
    "61: 2 started 61",
    "109: 2 ended 100",
    "119: 2 final two 61-100",
  ]],

  ["takes a final that ends shortly before the last voiced frame for all of it", [
    SPOKE,
    [69, "final", "one", 44],
  ], [STARTED, ENDED, "69: 1 final one 10-44"]],

  ["publishes what only the engine hears", [
    [20, "partial", "psst", 20],
    [30, "partial", "psst hey", 30],
    [40, "final", "psst hey", 40],
  ], ["20: 1 partial psst", "30: 1 partial psst hey", "40: 1 final psst hey 20-40"]],

  ["says nothing of noise to which the engine says nothing, or an empty final", [
    SPOKE,
    [100, "voice", 140],
    [150, "final", " ", 140],
    [160, "rejected", 155],
  ], [STARTED, ENDED, "100: 2 started 100", "149: 2 ended 140"]],
];

describe("Endpointer", () => {
  for (const [name, steps, expected] of CASES) {
    it(name, () => assertEquals(run(steps), expected));
  }

  it("names the voiced range of a final", () => {
    const events: SpeechEvent[] = [];
    const endpointer = new Endpointer({
      ...OPTIONS,
      emit: (event) => events.push(event),
      onPromotedDiffers: () => {},
    });
    endpointer.onset(at(10));
    endpointer.voiced(at(48));
    endpointer.ended(at(46), 1_100);
    endpointer.final("yes", at(60));
    assertEquals(events.at(-1), {
      kind: "final",
      speech: 1,
      text: "yes",
      promoted: false,
      from_seq: 10,
      to_seq: 60,
      onset_ms: 200,
      last_voiced_ms: 920,
    });
  });
});

describe("Endpointer.openFromSeq", () => {
  it("leaves nothing of what only the engine heard, once it is under a final", () => {
    const endpointer = new Endpointer({ ...OPTIONS, emit: () => {}, onPromotedDiffers: () => {} });
    endpointer.partial("psst", at(20), 400);
    endpointer.partial("psst hey", at(60), 1_200);
    assertEquals(endpointer.openFromSeq, 20);
    endpointer.final("psst", at(30));
    assertEquals(endpointer.openFromSeq, undefined);
  });

  it("is the oldest frame under no final, and nothing in silence", () => {
    const endpointer = new Endpointer({ ...OPTIONS, emit: () => {}, onPromotedDiffers: () => {} });
    assertEquals(endpointer.openFromSeq, undefined);
    endpointer.onset(at(10));
    endpointer.ended(at(50), 1_180);
    endpointer.onset(at(65));
    assertEquals(endpointer.openFromSeq, 10);
    endpointer.final("one", at(50));
    assertEquals(endpointer.openFromSeq, 65);
    endpointer.ended(at(80), 1_800);
    endpointer.poll(4_799);
    assertEquals(endpointer.openFromSeq, 65);
    endpointer.poll(4_800);
    assertEquals(endpointer.openFromSeq, undefined);
  });
});
