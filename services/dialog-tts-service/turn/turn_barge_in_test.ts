import { describe, it } from "@std/testing/bdd";
import {
  ANSWERING,
  begun,
  final,
  finished,
  firstFrame,
  GREETED,
  key,
  partial,
  play,
  published,
  ready,
  rejected,
  replyEnded,
  type Row,
  sending,
  sent,
  speechEnded,
  startedInterruptible,
  sustained,
  tick,
  voice,
} from "../testing/turn_table.ts";

/** At 3,500 ms u2 is cleared, by speech of which nothing is known. */
const INTERRUPTED: readonly Row[] = [
  ...ANSWERING,
  [3_410, voice(3_300)],
  [3_500, sustained(3_300), "clear u2: barge_in"],
];

const TABLES: Record<string, readonly Row[]> = {
  "is not interrupted by speech that has not lasted yet": [
    ...ANSWERING,
    [3_410, voice(3_300)],
    [3_450, partial(3_300)],
    [3_600, speechEnded],
  ],

  "is interrupted by short speech when it has words": [
    ...ANSWERING,
    [3_410, voice(3_300)],
    [3_600, speechEnded],
    [3_800, final("stop", 170, 3_300), "clear u2: barge_in"],
    [4_105, tick, 'think 2: "stop"'],
  ],

  "goes on where it stopped, 2 s after an interruption without words": [
    ...INTERRUPTED,
    [3_900, speechEnded],
    [5_499, tick],
    [5_500, tick, "resume u3 turn 1"],
    [5_510, firstFrame(3)],
    [5_520, sending(3, 5_520)],
    [9_000, published(3)],
    [9_100, sent(3)],
    [9_200, finished(3)],
  ],

  "waits with going on until the speech is over, and a result may no longer come": [
    ...INTERRUPTED,
    [5_500, tick],
    [6_300, speechEnded],
    [7_299, tick],
    [7_300, tick, "resume u3 turn 1"],
  ],

  "goes on at once when nothing was made out": [
    ...INTERRUPTED,
    [3_900, speechEnded],
    [4_000, rejected(190, 3_300), "resume u3 turn 1"],
  ],

  "goes on at once after a backchannel, which is no question": [
    ...INTERRUPTED,
    [3_600, partial(3_300, "mm-hm")],
    [3_900, speechEnded],
    [4_000, final("mm-hm", 190, 3_300), "resume u3 turn 1"],
  ],

  "is not interrupted by a backchannel that is short": [
    ...ANSWERING,
    [3_410, voice(3_300)],
    [3_600, speechEnded],
    [3_800, final("mm-hm", 170, 3_300)],
    [9_000, published(2)],
    [9_200, finished(2)],
  ],

  "takes a backchannel as an answer once it has been said": [
    ...ANSWERING,
    [8_000, published(2)],
    [8_010, sent(2)],
    [8_050, voice(7_950)],
    [8_100, finished(2)],
    [8_500, final("mm-hm", 410, 7_950), 'think 2: "mm-hm"'],
  ],

  "does not go on once words have come, whatever becomes of them": [
    ...INTERRUPTED,
    [3_600, partial(3_300, "but")],
    [3_900, speechEnded],
    [6_500, tick],
    [10_599, tick],
    [10_600, tick, "think 2: silence 1"],
  ],

  "answers the words of an interruption": [
    ...INTERRUPTED,
    [3_900, speechEnded],
    [4_000, final("and the address", 190, 3_300)],
    [4_105, tick, 'think 2: "and the address"'],
  ],

  "can be interrupted again as soon as it goes on": [
    ...INTERRUPTED,
    [3_600, speechEnded],
    [3_650, final("mm-hm", 180, 3_300), "resume u3 turn 1"],
    [3_660, firstFrame(3)],
    [3_670, sending(3, 3_670)],
    [3_790, voice(3_680)],
    [3_890, sustained(3_680), "clear u3: barge_in"],
    [4_300, speechEnded],
    [4_400, final("no wait", 210, 3_680)],
    [4_760, tick, 'think 2: "no wait"'],
  ],

  "leaves what goes on, before its first frame, to words that come": [
    ...INTERRUPTED,
    [3_600, speechEnded],
    [3_650, final("mm-hm", 180, 3_300), "resume u3 turn 1"],
    [3_655, final("no", 185, 3_500), "abandon_utterance", "drop_rest"],
    [4_105, tick, 'think 2: "no"'],
  ],

  "has the rest written that was not when it was cut off, once what there was has been said": [
    ...GREETED,
    [3_000, final("tell me", 140, 2_400), 'think 1: "tell me"'],
    [3_000, begun(1), "speak u2 turn 1"],
    [3_005, firstFrame(2)],
    [3_010, sending(2, 3_010)],
    [3_400, sustained(3_200), "clear u2: barge_in"],
    [3_600, speechEnded],
    [3_700, rejected(160, 3_200), "resume u3 turn 1"],
    [3_710, firstFrame(3)],
    [4_000, published(3)],
    [4_200, finished(3), "think 2: go on"],
    [4_500, ready(2), "speak u4 turn 2"],
  ],

  "keeps what is to follow through an interruption that was none": [
    ...GREETED,
    [3_000, final("bye", 140, 2_400), 'think 1: "bye"'],
    [3_000, begun(1), "speak u2 turn 1"],
    [3_005, firstFrame(2)],
    [3_010, sending(2, 3_010)],
    [3_020, replyEnded(2, { do: "hangup" })],
    [3_400, sustained(3_200), "clear u2: barge_in"],
    [3_600, speechEnded],
    [3_700, rejected(160, 3_200), "resume u3 turn 1"],
    [3_710, firstFrame(3)],
    [4_000, published(3), "hangup"],
    [4_100, sustained(4_000)],
  ],

  "does not do what was to follow when the caller goes on talking": [
    ...GREETED,
    [3_000, final("bye", 140, 2_400), 'think 1: "bye"'],
    [3_000, ready(1, { then: { do: "hangup" } }), "speak u2 turn 1"],
    [3_005, firstFrame(2)],
    [3_010, sending(2, 3_010)],
    [3_400, sustained(3_200), "clear u2: barge_in"],
    [3_700, final("one more thing", 160, 3_200)],
    [4_105, tick, 'think 2: "one more thing"'],
  ],

  "is acted on by a key while it is not known whether it goes on": [
    ...INTERRUPTED,
    [3_600, key("1"), "think 2: key 1"],
    [3_900, speechEnded],
    [5_600, tick],
  ],

  "goes on with a greeting, too": [
    [0, startedInterruptible, "greet u1"],
    [10, firstFrame(1)],
    [20, sending(1, 20)],
    [700, sustained(500), "clear u1: barge_in"],
    [800, speechEnded],
    [900, rejected(40, 500), "resume u2 turn 0"],
  ],
};

describe("TurnMachine.handle() of an utterance that speech lies over", () => {
  for (const [name, rows] of Object.entries(TABLES)) it(name, () => void play(rows));
});
