import { describe, it } from "@std/testing/bdd";
import {
  ANSWERING,
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
  sending,
  speechFailed,
  started,
  tick,
  voice,
} from "../testing/turn_table.ts";

describe("TurnMachine.handle()", () => {
  const tables: Record<string, readonly Row[]> = {
    "clears an answer for a key at once, also within the refractory period": [
      ...ANSWERING,
      [3_100, key("1"), "clear u2: key", "think 2: key 1"],
      [3_100, ready(2), "speak u3 turn 2"],
      [3_105, firstFrame(3)],
      [3_200, key("2"), "clear u3: key", "think 3: key 2"],
    ],

    "clears a greeting for a key, whether or not it may be interrupted": [
      [0, started, "greet u1"],
      [10, firstFrame(1)],
      [300, key("1"), "clear u1: key", "think 1: key 1"],
    ],

    "gives up a greeting not yet begun for a key": [
      [0, started, "greet u1"],
      [5, key("1"), "abandon_utterance", "think 1: key 1"],
    ],

    "drops for a key what is thought of": [
      ...GREETED,
      [3_000, final("hours", 140), 'think 1: "hours"'],
      [3_010, key("1"), "abandon_thought", "think 2: key 1"],
      [3_020, ready(2), "speak u2 turn 1"],
      [3_030, firstFrame(2)],
      [9_000, finished(2)],
    ],

    "drops for a key what was said before and waits for the end of the greeting": [
      [0, started, "greet u1"],
      [10, firstFrame(1)],
      [900, final("hours", 40, 480)],
      [1_000, key("1"), "clear u1: key", "think 1: key 1"],
      [1_000, ready(1), "speak u2 turn 1"],
      [1_010, firstFrame(2)],
      [5_000, finished(2)],
    ],

    "answers speech from before a key when the key's answer has played": [
      ...GREETED,
      [2_950, voice(2_500)],
      [3_000, key("1"), "think 1: key 1"],
      [3_010, final("hours", 140, 2_500)],
      [3_020, ready(1), "speak u2 turn 1"],
      [3_030, firstFrame(2)],
      [3_040, sending(2, 3_040)],
      [5_000, tick],
      [9_000, finished(2), 'think 2: "hours"'],
    ],

    "ignores what was taken before": [
      ...GREETED,
      [3_000, final("hours", 140), 'think 1: "hours"'],
      [3_010, final("hours", 140)],
      [3_010, final("opening hours", 139)],
      [3_010, rejected(140)],
      [3_020, ready(1), "speak u2 turn 1"],
      [3_030, firstFrame(2)],
      [9_000, finished(2)],
      [9_100, final("hours", 140)],
    ],

    "hangs up when the last words are published, and then answers nothing": [
      ...GREETED,
      [3_000, final("goodbye", 140), 'think 1: "goodbye"'],
      [3_000, ready(1, { then: { do: "hangup" }, interruptible: false }), "speak u2 turn 1"],
      [3_005, firstFrame(2)],
      [3_010, sending(2, 3_010)],
      [3_500, voice(3_480)],
      [4_000, final("wait", 200, 3_480)],
      [4_100, key("1")],
      [4_500, published(2), "hangup"],
      [5_000, finished(2)],
      [6_000, final("hello", 300)],
      [6_100, key("1")],
    ],

    "transfers likewise": [
      ...GREETED,
      [3_000, key("8"), "think 1: key 8"],
      [
        3_000,
        ready(1, { then: { do: "transfer", to: "+15550100002" }, interruptible: false }),
        "speak u2 turn 1",
      ],
      [3_005, firstFrame(2)],
      [4_500, published(2), "transfer +15550100002"],
    ],

    "takes a goodbye back that has not begun": [
      ...GREETED,
      [3_000, final("goodbye", 140), 'think 1: "goodbye"'],
      [3_000, ready(1, { then: { do: "hangup" } }), "speak u2 turn 1"],
      [3_001, final("joe", 150), "abandon_utterance", 'think 2: "goodbye joe"'],
      [3_002, ready(2), "speak u3 turn 1"],
      [3_003, firstFrame(3)],
      [9_000, published(3)],
    ],

    "hangs up also when the last words could not be spoken": [
      ...GREETED,
      [3_000, final("goodbye", 140), 'think 1: "goodbye"'],
      [3_000, ready(1, { then: { do: "hangup" } }), "speak u2 turn 1"],
      [3_010, speechFailed(2), "hangup"],
      [3_020, final("hello", 180)],
    ],

    "connects also when the words before break off": [
      ...GREETED,
      [3_000, key("8"), "think 1: key 8"],
      [
        3_000,
        ready(1, { then: { do: "transfer", to: "+15550100002" }, interruptible: false }),
        "speak u2 turn 1",
      ],
      [3_005, firstFrame(2)],
      [3_500, speechFailed(2), "transfer +15550100002"],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows));
});
