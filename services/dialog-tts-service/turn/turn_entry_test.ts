import { describe, it } from "@std/testing/bdd";
import type { KeypadEntry, TurnEnding } from "shared/store/stores.ts";
import {
  begun,
  final,
  finished,
  firstFrame,
  GREETED,
  key,
  play,
  published,
  ready,
  rejected,
  replyEnded,
  resumed,
  type Row,
  sending,
  speechEnded,
  sustained,
  tick,
} from "../testing/turn_table.ts";

const ENTRY: KeypadEntry = {
  minDigits: 2,
  maxDigits: 4,
  terminator: "#",
  timeoutMs: 5_000,
  tool: null,
};
const COLLECT: TurnEnding = { do: "collect", entry: ENTRY };

/** From 3,010 ms on u2 asks for digits. */
const ASKING: readonly Row[] = [
  ...GREETED,
  [3_000, final("my order", 140, 2_400), 'think 1: "my order"'],
  [3_000, ready(1, { then: COLLECT }), "speak u2 turn 1"],
  [3_005, firstFrame(2)],
  [3_010, sending(2, 3_010)],
];
/** At 6,000 ms it has been asked. */
const ASKED: readonly Row[] = [...ASKING, [5_800, published(2)], [6_000, finished(2)]];

const TABLES: Record<string, readonly Row[]> = {
  "is complete with the last digit": [
    ...ASKED,
    [7_000, key("1")],
    [7_500, key("2")],
    [8_000, key("3")],
    [8_500, key("4"), "keep entry_1 1234", "think 2: whole entry_1"],
  ],

  "is complete with its terminator": [
    ...ASKED,
    [7_000, key("1")],
    [7_500, key("2")],
    [8_000, key("#"), "keep entry_1 12", "think 2: whole entry_1"],
  ],

  "is complete when time is over, if there are enough": [
    ...ASKED,
    [7_000, key("1")],
    [7_500, key("2")],
    [12_499, tick],
    [12_500, tick, "keep entry_1 12", "think 2: whole entry_1"],
  ],

  "is not complete when time is over before there are enough": [
    ...ASKED,
    [10_999, tick],
    [11_000, tick, "keep entry_1 ", "think 2: part of entry_1"],
  ],

  "is not complete when its terminator comes too soon": [
    ...ASKED,
    [7_000, key("1")],
    [7_500, key("#"), "keep entry_1 1", "think 2: part of entry_1"],
  ],

  "may begin while it is being asked for": [
    ...ASKING,
    [4_000, key("1"), "clear u2: key"],
    [4_200, key("2")],
    [4_400, key("#"), "keep entry_1 12", "think 2: whole entry_1"],
  ],

  "may begin as soon as it is known that it is asked for, while the text is being written": [
    ...GREETED,
    [3_000, final("my order", 140, 2_400), 'think 1: "my order"'],
    [3_000, begun(1), "speak u2 turn 1"],
    [3_005, firstFrame(2)],
    [3_100, replyEnded(2, COLLECT)],
    [4_000, key("1"), "clear u2: key"],
    [4_400, key("#"), "keep entry_1 1", "think 2: part of entry_1"],
  ],

  "may begin after its words were silenced": [
    ...ASKING,
    [3_500, sustained(3_200), "clear u2: barge_in"],
    [3_600, key("1")],
    [3_700, key("2")],
    [3_800, key("#"), "keep entry_1 12", "think 2: whole entry_1"],
    [3_900, speechEnded],
  ],

  "is not answered as keys of a menu, and leaves out what is no digit": [
    ...ASKED,
    [7_000, key("*")],
    [7_100, key("1")],
    [7_200, key("*")],
    [7_300, key("2")],
    [7_400, key("#"), "keep entry_1 12", "think 2: whole entry_1"],
    [7_500, ready(2), "speak u3 turn 2"],
    [7_600, firstFrame(3)],
    [7_700, key("1"), "clear u3: key", "think 3: key 1"],
  ],

  "is over when the caller says something else": [
    ...ASKED,
    [7_000, key("1")],
    [8_000, final("i do not have it", 390, 7_200), 'think 2: "i do not have it"'],
    [20_000, tick],
  ],

  "goes on through what was not made out": [
    ...ASKED,
    [7_000, key("1")],
    [8_000, rejected(390, 7_200)],
    [9_000, key("2")],
    [9_100, key("#"), "keep entry_1 12", "think 2: whole entry_1"],
  ],

  "has a name of its own each time": [
    ...ASKED,
    [7_000, key("1")],
    [7_500, key("#"), "keep entry_1 1", "think 2: part of entry_1"],
    [7_600, ready(2, { then: COLLECT }), "speak u3 turn 2"],
    [7_700, key("5"), "abandon_utterance"],
    [7_800, key("6")],
    [7_900, key("#"), "keep entry_2 56", "think 3: whole entry_2"],
  ],

  "is waited for by a successor whose predecessor has asked for it": [
    [10_000, resumed({ rest: { do: "nothing", then: COLLECT, isWhole: true } })],
    [11_000, key("7")],
    [11_500, key("8")],
    [12_000, key("#"), "keep entry_1 78", "think 1: whole entry_1"],
  ],
};

describe("TurnMachine.handle() of a keypad entry", () => {
  for (const [name, rows] of Object.entries(TABLES)) it(name, () => void play(rows));
});
