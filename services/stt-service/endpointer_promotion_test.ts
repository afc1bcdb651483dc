import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  type Case,
  ENDED,
  HANGOVER_FRAMES,
  run,
  SPOKE,
  STARTED,
  type Step,
} from "./testing/endpointer_run.ts";

const CASES: readonly Case[] = [
  ["publishes the engine's final when it comes first, and promotes nothing", [
    SPOKE,
    [30, "partial", "when are", 30],
    [69, "final", "when are you open", 50],
  ], [STARTED, "30: 1 partial when are", ENDED, "69: 1 final when are you open 10-50"]],

  ["promotes the latest partial when silence has lasted hangover and timeout", [
    SPOKE,
    [30, "partial", "when are", 30],
    [45, "partial", "when are you open", 45],
  ], [
    STARTED,
    "30: 1 partial when are",
    "45: 1 partial when are you open",
    ENDED,
    "75: 1 promoted when are you open 10-45",
  ]],

  ["waits with the promotion until the text has not changed for the debounce time", [
    SPOKE,
    [72, "partial", "goodbye", 60],
  ], [STARTED, ENDED, "72: 1 partial goodbye", "77: 1 promoted goodbye 10-60"]],

  ["does not take a repeated partial for a change", [
    SPOKE,
    [45, "partial", "goodbye", 45],
    [74, "partial", "goodbye", 60],
  ], [STARTED, "45: 1 partial goodbye", ENDED, "75: 1 promoted goodbye 10-60"]],

  ["promotes nothing while the caller speaks", [
    [10, "voice", 200],
    [30, "partial", "well", 30],
    [205, "final", "well then", 200],
  ], [STARTED, "30: 1 partial well", "205: 1 final well then 10-200", "209: 1 ended 200"]],

  ["promotes nothing of a partial that the engine takes back", [
    SPOKE,
    [45, "partial", "goodbye", 45],
    [60, "partial", "", 55],
    [90, "rejected", 50],
  ], [STARTED, "45: 1 partial goodbye", ENDED, "90: 1 rejected 10-50"]],

  ["ignores a late final that says the same", [
    SPOKE,
    [45, "partial", "Goodbye now", 45],
    [90, "final", "goodbye, now.", 50],
  ], [STARTED, "45: 1 partial Goodbye now", ENDED, "75: 1 promoted Goodbye now 10-45"]],

  ["counts a late final with other words, and answers nothing twice", [
    SPOKE,
    [45, "partial", "goodbye now", 45],
    [90, "final", "good buy cow", 50],
  ], [
    STARTED,
    "45: 1 partial goodbye now",
    ENDED,
    "75: 1 promoted goodbye now 10-45",
    "90: differs",
  ]],

  ["counts a late final with fewer words, and strips nothing from what is said next", [
    SPOKE,
    [45, "partial", "yes now", 45],
    [90, "final", "yes", 50],
    [100, "voice", 140],
    [159, "final", "now", 140],
  ], [
    STARTED,
    "45: 1 partial yes now",
    ENDED,
    "75: 1 promoted yes now 10-45",
    "90: differs",
    "100: 2 started 100",
    "149: 2 ended 140",
    "159: 2 final now 100-140",
  ]],

  ["gives only the words behind the promoted ones of a longer late final", [
    SPOKE,
    [45, "partial", "I want two", 45],
    [90, "final", "I want two tickets please", 50],
  ], [
    STARTED,
    "45: 1 partial I want two",
    ENDED,
    "75: 1 promoted I want two 10-45",
    "90: 2 final tickets please 50-50",
  ]],

  ["yields no words of a late final that ends before what was promoted", [
    SPOKE,
    [62, "partial", "I want two", 60],
    [90, "final", "I want two tickets", 50],
  ], [
    STARTED,
    ENDED,
    "62: 1 partial I want two",
    "75: 1 promoted I want two 10-60",
    "90: differs",
  ]],

  ["counts a late rejection of what was promoted", [
    SPOKE,
    [45, "partial", "goodbye", 45],
    [90, "rejected", 50],
  ], [STARTED, "45: 1 partial goodbye", ENDED, "75: 1 promoted goodbye 10-45", "90: differs"]],

  ["does not promote in a pause of 300 ms", [
    SPOKE,
    [45, "partial", "one", 45],
    [65, "voice", 100],
    [100, "partial", "one two", 100],
  ], [
    STARTED,
    "45: 1 partial one",
    ENDED,
    "65: 2 started 65",
    "100: 1 partial one two",
    "109: 2 ended 100",
    "125: 1 promoted one two 10-100",
  ]],

  ["strips what was promoted from partials and finals of an engine that goes on with its text", [
    SPOKE,
    [45, "partial", "one", 45],
    [80, "voice", 120],
    [100, "partial", "one two", 100],
    [121, "final", "One, two three", 120],
  ], [
    STARTED,
    "45: 1 partial one",
    ENDED,
    "75: 1 promoted one 10-45",
    "80: 2 started 80",
    "100: 2 partial two",
    "121: 2 final two three 80-120",
    "129: 2 ended 120",
  ]],

  ["promotes twice over, and strips both", [
    SPOKE,
    [45, "partial", "one", 45],
    [80, "voice", 120],
    [110, "partial", "one two", 110],
    [200, "final", "one two", 120],
  ], [
    STARTED,
    "45: 1 partial one",
    ENDED,
    "75: 1 promoted one 10-45",
    "80: 2 started 80",
    "110: 2 partial two",
    "129: 2 ended 120",
    "145: 2 promoted two 80-110",
  ]],

  ["strips what is left when the engine finals the first of two promoted as one", [
    SPOKE,
    [65, "voice", 100],
    [100, "partial", "one two", 100],
    [130, "final", "one", 50],
    [150, "final", "two", 100],
  ], [
    STARTED,
    ENDED,
    "65: 2 started 65",
    "100: 1 partial one two",
    "109: 2 ended 100",
    "125: 1 promoted one two 10-100",
  ]],

  ["answers the same words said again after a late final", [
    SPOKE,
    [45, "partial", "yes", 45],
    [85, "final", "yes", 50],
    [100, "voice", 140],
    [159, "final", "yes", 140],
  ], [
    STARTED,
    "45: 1 partial yes",
    ENDED,
    "75: 1 promoted yes 10-45",
    "100: 2 started 100",
    "149: 2 ended 140",
    "159: 2 final yes 100-140",
  ]],

  ["promotes what only the engine hears after the whole silence", [
    [20, "partial", "psst", 20],
  ], ["20: 1 partial psst", "45: 1 promoted psst 20-20"]],
];

describe("Endpointer.poll()", () => {
  for (const [name, steps, expected] of CASES) {
    it(name, () => assertEquals(run(steps), expected));
  }

  it("never answers a word twice, whatever an engine does with ever longer texts", () => {
    const words = Array.from({ length: 12 }, (_, i) => `w${i}`);
    const report = fc.record({
      every: fc.integer({ min: 1, max: 12 }),
      finalAt: fc.integer({ min: 100, max: 399 }),
      pauseAt: fc.integer({ min: 30, max: 90 }),
      pause: fc.integer({ min: HANGOVER_FRAMES + 1, max: 60 }),
    });
    fc.assert(fc.property(report, ({ every, finalAt, pauseAt, pause }) => {
      const resume = pauseAt + pause;
      const spoken = (frame: number) => frame <= pauseAt || (frame >= resume && frame <= 200);
      const steps: Step[] = [[10, "voice", pauseAt], [resume, "voice", 200]];
      const upTo = (frame: number) => words.slice(0, 1 + Math.floor(frame / 20)).join(" ");
      for (let frame = 12; frame < finalAt; frame += every) {
        if (spoken(frame)) steps.push([frame, "partial", upTo(frame), frame]);
      }
      if (finalAt > 200) steps.push([finalAt, "final", upTo(200), 200]);
      const answered = run(steps, 450)
        .map((line) => /(?:final|promoted) (.*) \d+-\d+$/.exec(line)?.[1])
        .filter((text) => text !== undefined).join(" ").split(" ");
      assertEquals(answered, [...new Set(answered)]);
      if (finalAt > 200) assertEquals(answered, upTo(200).split(" "));
    }));
  });
});
