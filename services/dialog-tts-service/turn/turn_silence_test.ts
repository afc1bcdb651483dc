import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import {
  final,
  finished,
  firstFrame,
  GREETED,
  key,
  play,
  published,
  ready,
  rejected,
  type Row,
  sent,
  speechEnded,
  tick,
  voice,
} from "../testing/turn_table.ts";
import { TurnMachine } from "./turn.ts";

/** An answer to `thought` that has played `ms` after its beginning. */
const told = (thought: number, utterance: number, atMs: number, ms: number): Row[] => [
  [atMs, ready(thought), `speak u${utterance} turn ${utterance - 1}`],
  [atMs, firstFrame(utterance)],
  [atMs, published(utterance)],
  [atMs, sent(utterance)],
  [atMs + ms, finished(utterance)],
];

const TABLES: Record<string, readonly Row[]> = {
  "asks after 7 s, again after 7 more, and the third time is the last": [
    ...GREETED,
    [8_999, tick],
    [9_000, tick, "think 1: silence 1"],
    ...told(1, 2, 9_000, 800),
    [16_799, tick],
    [16_800, tick, "think 2: silence 2"],
    ...told(2, 3, 16_800, 900),
    [24_700, tick, "think 3: silence 3"],
    [24_700, ready(3, { interruptible: false, then: { do: "hangup" } }), "speak u4 turn 3"],
    [24_710, firstFrame(4)],
    [25_000, published(4), "hangup"],
    [40_000, tick],
  ],

  "begins to count anew when the caller says or presses something": [
    ...GREETED,
    [9_000, tick, "think 1: silence 1"],
    ...told(1, 2, 9_000, 800),
    [12_000, final("hours", 600, 11_000), 'think 2: "hours"'],
    ...told(2, 3, 12_000, 2_000),
    [21_000, tick, "think 3: silence 1"],
    ...told(3, 4, 21_000, 800),
    [22_000, key("1"), "think 4: key 1"],
    ...told(4, 5, 22_000, 1_000),
    [30_000, tick, "think 5: silence 1"],
  ],

  "does not take noise for an answer, but waits until it is over": [
    ...GREETED,
    [8_900, voice(8_800)],
    [9_000, tick],
    [10_000, speechEnded],
    [10_999, tick],
    [11_000, tick, "think 1: silence 1"],
    ...told(1, 2, 11_000, 500),
    [12_000, voice(11_900)],
    [12_300, speechEnded],
    [18_500, tick, "think 2: silence 2"],
  ],

  "gives up speech of which nothing is heard any more": [
    ...GREETED,
    [3_000, voice(2_900)],
    [32_999, tick],
    [33_000, tick, "think 1: silence 1"],
  ],

  "answers what was not made out, and counts on": [
    ...GREETED,
    [9_000, tick, "think 1: silence 1"],
    ...told(1, 2, 9_000, 800),
    [12_000, rejected(600, 11_000), "think 2: rejected"],
    ...told(2, 3, 12_000, 1_000),
    [20_000, tick, "think 3: silence 2"],
  ],

  "does not ask while a reply is thought of": [
    ...GREETED,
    [3_000, final("hours", 140), 'think 1: "hours"'],
    [20_000, tick],
  ],
};

describe("TurnMachine.handle() of a silent caller", () => {
  for (const [name, rows] of Object.entries(TABLES)) it(name, () => void play(rows));

  it("never asks where it is told so", () => {
    const machine = new TurnMachine({
      refractoryMs: 1_100,
      idlePromptMs: 0,
      nextUtterance: 1,
      isBackchannel: () => false,
    });
    play([...GREETED, [100_000, tick]], machine);
    assertEquals(machine.wakeAtMs, undefined);
  });
});
