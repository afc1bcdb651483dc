import { describe, it } from "@std/testing/bdd";
import {
  ANSWERING,
  final,
  finished,
  firstFrame,
  GREETED,
  partial,
  play,
  ready,
  rejected,
  type Row,
  sending,
  speechEnded,
  sustained,
  tick,
  voice,
} from "../testing/turn_table.ts";

describe("TurnMachine.handle()", () => {
  const tables: Record<string, readonly Row[]> = {
    "takes a reply in preparation back when more is said, and answers both": [
      ...GREETED,
      [3_000, final("what are", 140), 'think 1: "what are"'],
      [3_050, final("your hours", 150), "abandon_thought", 'think 2: "what are your hours"'],
      [3_060, ready(1)],
      [3_070, ready(2), "speak u2 turn 1"],
      [
        3_080,
        final("on monday", 160),
        "abandon_utterance",
        'think 3: "what are your hours on monday"',
      ],
      [3_090, ready(3), "speak u3 turn 1"],
      [3_095, firstFrame(2)],
      [3_100, firstFrame(3)],
    ],

    "lets a rejection take nothing back": [
      ...GREETED,
      [3_000, final("hours", 140), 'think 1: "hours"'],
      [3_050, rejected(150)],
      [3_060, ready(1), "speak u2 turn 1"],
      [3_065, rejected(160)],
      [3_070, firstFrame(2)],
      [3_080, rejected(170)],
      [9_000, finished(2)],
    ],

    "keeps finals within the refractory period and answers them as one when it ends": [
      ...ANSWERING,
      [3_200, final("and", 150, 3_000)],
      [3_900, final("address", 180, 3_005)],
      [4_104, tick],
      [4_105, tick, "clear u2: superseded", 'think 2: "and address"'],
    ],

    "joins what was cut off and what came meanwhile after a barge-in within the period": [
      ...ANSWERING,
      [3_100, sustained(3_090), "clear u2: barge_in"],
      [3_400, final("no", 155, 3_090)],
      [3_800, rejected(170, 3_500)],
      [4_000, final("address", 190, 3_800)],
      [4_105, tick, 'think 2: "no address"'],
      [4_105, ready(2), "speak u3 turn 2"],
      [4_110, firstFrame(3)],
      [4_500, final("pardon", 220, 4_000)],
      [5_209, tick],
      [5_210, tick, "clear u3: superseded", 'think 3: "pardon"'],
    ],

    "asks again when nothing but a rejection came of words in the period": [
      ...ANSWERING,
      [3_100, sustained(3_090), "clear u2: barge_in"],
      [3_200, partial(3_090)],
      [3_400, rejected(155, 3_090)],
      [4_105, tick, "think 2: rejected"],
    ],

    "answers after the period at once": [
      ...ANSWERING,
      [5_000, sustained(4_980), "clear u2: barge_in"],
      [5_600, final("address", 270, 4_980), 'think 2: "address"'],
    ],

    "does not begin over a caller who goes on, and answers all of it": [
      ...GREETED,
      [3_000, final("where are you", 140, 2_000), 'think 1: "where are you"'],
      [3_250, sustained(3_050)],
      [3_400, ready(1)],
      [3_500, partial(3_050, "and when")],
      [6_000, tick],
      [6_100, speechEnded],
      [
        6_400,
        final("and when do you open", 310, 3_050),
        "abandon_thought",
        'think 2: "where are you and when do you open"',
      ],
    ],

    "begins 2 s later over speech of which no words come": [
      ...GREETED,
      [3_000, final("where are you", 140, 2_000), 'think 1: "where are you"'],
      [3_250, sustained(3_050)],
      [3_400, ready(1)],
      [5_399, tick],
      [5_400, tick, "speak u2 turn 1"],
    ],

    "begins as soon as speech meanwhile turns out to be none": [
      ...GREETED,
      [3_000, final("where are you", 140, 2_000), 'think 1: "where are you"'],
      [3_250, sustained(3_050)],
      [3_300, ready(1)],
      [3_500, speechEnded],
      [3_800, rejected(170, 3_050), "speak u2 turn 1"],
    ],

    "begins when no result has come of speech meanwhile within 1 s": [
      ...GREETED,
      [3_000, final("where are you", 140, 2_000), 'think 1: "where are you"'],
      [3_250, sustained(3_050)],
      [3_300, speechEnded],
      [3_350, ready(1)],
      [4_299, tick],
      [4_300, tick, "speak u2 turn 1"],
    ],

    "hears speech over an answer that may not be interrupted, and answers it afterwards": [
      ...GREETED,
      [3_000, final("hours", 140), 'think 1: "hours"'],
      [3_000, ready(1, { interruptible: false }), "speak u2 turn 1"],
      [3_005, firstFrame(2)],
      [3_010, sending(2, 3_010)],
      [3_500, voice(3_480)],
      [4_500, final("address", 220, 3_480)],
      [5_000, rejected(240, 4_600)],
      [6_000, finished(2), 'think 2: "address"'],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows));
});
