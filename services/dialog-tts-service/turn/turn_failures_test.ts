import { describe, it } from "@std/testing/bdd";
import {
  ANSWERING,
  final,
  finished,
  firstFrame,
  GREETED,
  key,
  newMachine,
  play,
  published,
  ready,
  resumed,
  type Row,
  sending,
  sent,
  speechFailed,
  sustained,
  tick,
  voice,
} from "../testing/turn_table.ts";

describe("TurnMachine.handle() of speech that fails", () => {
  const tables: Record<string, readonly Row[]> = {
    "apologises when an answer cannot be spoken at all, and then falls back": [
      ...GREETED,
      [3_000, final("hours", 140), 'think 1: "hours"'],
      [3_000, ready(1), "speak u2 turn 1"],
      [3_010, speechFailed(2), "apologise u3 turn 1"],
      [3_010, firstFrame(3)],
      [3_020, sending(3, 3_020)],
      [4_500, published(3), "fallback"],
      [5_000, sent(3)],
      [5_100, finished(3)],
      [6_200, tick],
    ],

    "apologises when an answer breaks off in its middle, in a turn of its own": [
      ...ANSWERING,
      [3_500, speechFailed(2), "apologise u3 turn 2"],
      [3_500, firstFrame(3)],
      [4_500, published(3), "fallback"],
    ],

    "is leaving from then on: keys and speech do nothing, before the apology and over it": [
      ...ANSWERING,
      [3_500, speechFailed(2), "apologise u3 turn 2"],
      [3_501, key("1")],
      [3_502, voice(3_490)],
      [3_510, firstFrame(3)],
      [3_520, sending(3, 3_520)],
      [3_600, voice(3_590)],
      [3_700, key("9")],
      [3_800, final("hello", 190, 3_590)],
      [4_500, published(3), "fallback"],
      [4_600, final("hello", 240)],
      [4_700, tick],
    ],

    "forgets what waits to be answered": [
      ...ANSWERING,
      [3_200, final("and", 150, 3_000)],
      [3_500, speechFailed(2), "apologise u3 turn 2"],
      [4_105, tick],
      [4_500, published(3), "fallback"],
      [5_500, finished(3)],
    ],

    "falls back without a word when not even the apology can be spoken": [
      ...ANSWERING,
      [3_500, speechFailed(2), "apologise u3 turn 2"],
      [3_510, speechFailed(3), "fallback"],
      [3_600, final("hello", 190)],
    ],

    "does not mind the failure of what was cleared or taken back": [
      ...ANSWERING,
      [3_500, sustained(3_480), "clear u2: barge_in"],
      [3_510, speechFailed(2)],
      [4_200, final("address", 200, 3_480), 'think 2: "address"'],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows));
});

describe("TurnMachine.handle() of a successor whose speech fails", () => {
  const tables: Record<string, readonly Row[]> = {
    "apologises when the rest cannot be spoken": [
      [10_000, resumed(), "resume u5 turn 1 from 2"],
      [10_010, speechFailed(5), "apologise u6 turn 2"],
      [10_010, firstFrame(6)],
      [12_000, published(6), "fallback"],
    ],

    "apologises for a greeting's rest in the first turn": [
      [
        10_000,
        resumed({
          turn: 0,
          rest: {
            do: "speak",
            from: { piece: 1, word: 0 },
            interruptible: false,
            then: { do: "none" },
            isWhole: true,
          },
        }),
        "resume u5 turn 0 from 1",
      ],
      [10_010, speechFailed(5), "apologise u6 turn 1"],
    ],

    "goes on with the apology, whatever was asked meanwhile": [
      [
        10_000,
        resumed({ turn: 2, rest: { do: "apologise" }, heard: [final("address", 260, 4_000)] }),
        "apologise u5 turn 2",
      ],
      [10_001, key("1")],
      [10_005, firstFrame(5)],
      [10_100, final("hello", 500, 10_020)],
      [12_000, published(5), "fallback"],
    ],

    "falls back at once when the apology was sent": [
      [
        10_000,
        resumed({ rest: { do: "nothing", then: { do: "fallback" }, isWhole: true } }),
        "fallback",
      ],
      [10_100, key("1")],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows, newMachine(5)));
});
