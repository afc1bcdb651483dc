import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  final,
  finished,
  firstFrame,
  key,
  newMachine,
  partial,
  play,
  published,
  ready,
  rejected,
  resumed,
  type Row,
  sending,
  sustained,
  tick,
  voice,
} from "../testing/turn_table.ts";

const NONE = { do: "none" } as const;
const SPEAK = {
  do: "speak",
  from: { piece: 2, word: 0 },
  interruptible: true,
  then: NONE,
  isWhole: true,
} as const;
const SPOKEN = { do: "nothing", then: NONE, isWhole: true } as const;
const HANGUP = { do: "hangup" } as const;
const QUESTION = final("address", 260, 4_000, 230);

/** From 10,010 ms on the rest of turn 1 is sent as u5. */
const RESUMED: readonly Row[] = [
  [10_000, resumed(), "resume u5 turn 1 from 2"],
  [10_005, firstFrame(5)],
  [10_010, sending(5, 10_010)],
];

describe("TurnMachine.handle() of a successor", () => {
  const tables: Record<string, readonly Row[]> = {
    "speaks the rest, and goes on with the next turn": [
      ...RESUMED,
      [12_000, published(5)],
      [12_900, finished(5)],
      [15_000, final("hours", 800, 14_000), 'think 1: "hours"'],
      [15_000, ready(1), "speak u6 turn 2"],
    ],

    "speaks nothing where everything was sent, and listens": [
      [10_000, resumed({ rest: SPOKEN, turn: 4 })],
      [10_500, final("hours", 600), 'think 1: "hours"'],
      [10_500, ready(1), "speak u5 turn 5"],
    ],

    "has the rest of a text written whose predecessor was lost while it was": [
      [10_000, resumed({ rest: { do: "nothing", then: NONE, isWhole: false } }), "think 1: go on"],
    ],

    "hangs up at once where the last words were sent": [
      [10_000, resumed({ rest: { do: "nothing", then: HANGUP, isWhole: true } }), "hangup"],
      [10_100, key("1")],
      [10_200, final("hours", 600)],
    ],

    "speaks the rest of the last words, whatever was asked meanwhile, and then hangs up": [
      [
        10_000,
        resumed({
          rest: { ...SPEAK, interruptible: false, then: HANGUP },
          heard: [QUESTION],
        }),
        "resume u5 turn 1 from 2",
      ],
      [10_001, key("1")],
      [10_005, firstFrame(5)],
      [11_000, final("hours", 600)],
      [12_000, published(5), "hangup"],
    ],

    "connects where the words before were sent": [
      [
        10_000,
        resumed({
          rest: { do: "nothing", then: { do: "transfer", to: "+15550100002" }, isWhole: true },
        }),
        "transfer +15550100002",
      ],
    ],

    "answers in place of an interruptible rest what was asked meanwhile": [
      [10_000, resumed({ heard: [QUESTION] }), "drop_rest", 'think 1: "address"'],
      [10_000, ready(1), "speak u5 turn 2"],
    ],

    "answers after a rest that may not be interrupted what was asked meanwhile": [
      [
        10_000,
        resumed({ rest: { ...SPEAK, interruptible: false }, heard: [QUESTION] }),
        "resume u5 turn 1 from 2",
      ],
      [10_005, firstFrame(5)],
      [12_000, published(5)],
      [12_900, finished(5), 'think 1: "address"'],
    ],

    "answers several finals as one, but none that is answered": [
      [
        10_000,
        resumed({
          rest: SPOKEN,
          takenThroughSeq: 200,
          heard: [final("hours", 200, 0, 150), final("and", 220), QUESTION],
        }),
        'think 1: "and address"',
      ],
    ],

    "does not answer what it hears again": [
      [10_000, resumed({ rest: SPOKEN, heard: [QUESTION] }), 'think 1: "address"'],
      [10_001, final("address", 260, 4_000, 230)],
      [10_001, ready(1), "speak u5 turn 2"],
      [10_002, firstFrame(5)],
      [10_003, final("address", 262, 4_000, 240)],
      [12_000, tick],
    ],

    "greets where nothing of the greeting was sent": [
      [
        10_000,
        resumed({ turn: 0, rest: { do: "greet", interruptible: false, emergency: false } }),
        "greet u5",
      ],
    ],

    "greets in short where nothing is known, and answers then": [
      [
        10_000,
        resumed({
          turn: 0,
          rest: { do: "greet", interruptible: false, emergency: true },
          heard: [QUESTION],
        }),
        "greet u5 in short",
      ],
      [10_005, firstFrame(5)],
      [12_000, finished(5), 'think 1: "address"'],
    ],

    "does not let speech from before its first sent frame interrupt the rest": [
      ...RESUMED,
      [10_100, voice(9_900)],
      [10_200, partial(9_900)],
    ],

    "lets new speech interrupt the rest": [
      ...RESUMED,
      [10_500, sustained(10_480), "clear u5: barge_in"],
    ],

    "answers speech from before in place of the rest when the refractory period is over": [
      ...RESUMED,
      [10_300, final("address", 510, 9_900)],
      [11_104, tick],
      [11_105, tick, "clear u5: superseded", 'think 1: "address"'],
    ],

    "answers in place of the rest what comes before that has begun": [
      [10_000, resumed(), "resume u5 turn 1 from 2"],
      [10_002, rejected(505)],
      [
        10_003,
        final("address", 510, 9_900),
        "abandon_utterance",
        "drop_rest",
        'think 1: "address"',
      ],
      [10_003, ready(1), "speak u6 turn 2"],
    ],

    "leaves a rest that may not be interrupted its turn before it has begun": [
      [10_000, resumed({ rest: { ...SPEAK, interruptible: false } }), "resume u5 turn 1 from 2"],
      [10_003, final("address", 510, 9_900)],
      [10_005, firstFrame(5)],
      [12_000, tick],
      [12_900, finished(5), 'think 1: "address"'],
    ],

    "acts on a key before the rest has begun": [
      [10_000, resumed(), "resume u5 turn 1 from 2"],
      [10_003, key("1"), "abandon_utterance", "drop_rest", "think 1: key 1"],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows, newMachine(5)));

  it("tells with a thought how far the caller's speech is answered by it", () => {
    const machine = newMachine(5);
    const heard = [final("hours", 200, 0, 150), QUESTION];
    const [think] = machine.handle(resumed({ rest: SPOKEN, takenThroughSeq: 200, heard }), 10_000);
    assertEquals(think?.do === "think" && think.asked.throughSeq, 260);
  });
});

describe("TurnMachine.handle() of overlapping results", () => {
  const ASKED: readonly Row[] = [
    [0, resumed({ rest: SPOKEN })],
    [3_000, final("when do you open", 140, 2_000, 100), 'think 1: "when do you open"'],
    [3_000, ready(1), "speak u5 turn 2"],
    [3_005, firstFrame(5)],
    [3_010, sending(5, 3_010)],
  ];
  const tables: Record<string, readonly Row[]> = {
    "answers what is new, and only that": [
      ...ASKED,
      [
        5_000,
        final("You open. Where are you?", 240, 2_500, 125),
        "clear u5: superseded",
        'think 2: "Where are you?"',
      ],
    ],
    "is not disturbed by what a second recognizer hears again": [
      ...ASKED,
      [3_500, voice(2_500)],
      [3_600, partial(2_500)],
      [3_700, final("you open", 141, 2_500, 125)],
      [3_800, rejected(150, 2_600, 130)],
      [9_000, finished(5)],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows, newMachine(5)));
});
