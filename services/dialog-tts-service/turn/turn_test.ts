import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  ANSWERING,
  final,
  finished,
  firstFrame,
  GREETED,
  IDLE_PROMPT_MS,
  inShort,
  newMachine,
  partial,
  play,
  published,
  ready,
  REFRACTORY_MS,
  type Row,
  sending,
  sent,
  speechEnded,
  started,
  startedInterruptible,
  sustained,
  tick,
  voice,
} from "../testing/turn_table.ts";

describe("TurnMachine.handle()", () => {
  const tables: Record<string, readonly Row[]> = {
    "greets first, then answers": ANSWERING,

    "answers what was said over a greeting that may not be interrupted when that has played": [
      [0, started, "greet u1"],
      [10, firstFrame(1)],
      [20, sending(1, 20)],
      [500, voice(480)],
      [900, final("hours", 40, 480)],
      [1_900, sent(1)],
      [2_000, finished(1), 'think 1: "hours"'],
    ],

    "lets speech interrupt a greeting that may be interrupted": [
      [0, startedInterruptible, "greet u1"],
      [10, firstFrame(1)],
      [20, sending(1, 20)],
      [500, sustained(480), "clear u1: barge_in"],
      [900, final("hours", 40, 480), 'think 1: "hours"'],
    ],

    "keeps what is said before the greeting has begun until it has played": [
      [0, startedInterruptible, "greet u1"],
      [10, final("hello", 1)],
      [20, firstFrame(1)],
      [30, sending(1, 30)],
      [2_000, finished(1), 'think 1: "hello"'],
    ],

    "clears an answer when speech begins while it is sent": [
      ...ANSWERING,
      [3_500, sustained(3_480), "clear u2: barge_in"],
      [3_600, partial(3_480)],
      [3_700, speechEnded],
    ],

    "clears on a partial when the beginning of the speech was lost": [
      ...ANSWERING,
      [3_500, sustained(3_480), "clear u2: barge_in"],
    ],

    "clears on a final when all before it was lost, and answers it": [
      ...ANSWERING,
      [4_500, final("address", 220, 3_480), "clear u2: barge_in", 'think 2: "address"'],
    ],

    "does not let speech interrupt that began before the first frame was sent": [
      ...ANSWERING,
      [3_100, voice(3_009)],
      [3_110, partial(3_009)],
    ],

    "lets speech interrupt that began with the first frame": [
      ...ANSWERING,
      [3_100, sustained(3_010), "clear u2: barge_in"],
    ],

    "interrupts when it learns only afterwards that the utterance had begun before the speech": [
      ...ANSWERING.slice(0, -1),
      [3_100, sustained(3_080)],
      [3_120, sending(2, 3_010), "clear u2: barge_in"],
    ],

    "does not interrupt for speech that is over": [
      ...ANSWERING.slice(0, -1),
      [3_100, sustained(3_080)],
      [3_110, speechEnded],
      [3_120, sending(2, 3_010)],
    ],

    "goes on when there was nothing in an answer to be spoken": [
      ...GREETED,
      [3_000, final("hours", 140), 'think 1: "hours"'],
      [3_000, ready(1), "speak u2 turn 1"],
      [3_010, published(2)],
      [3_020, final("hours", 180), 'think 2: "hours"'],
    ],

    "goes on without a greeting when there is none": [
      [0, started, "greet u1"],
      [50, final("hello", 2)],
      [60, published(1), 'think 1: "hello"'],
    ],

    "takes an utterance for played 1 s after its last frame was sent when no mark comes": [
      [0, started, "greet u1"],
      [10, firstFrame(1)],
      [900, final("hours", 40)],
      [1_900, sent(1)],
      [2_000, sent(1)],
      [2_899, tick],
      [2_900, tick, 'think 1: "hours"'],
    ],

    "ignores what is told of utterances that are over": [
      ...ANSWERING,
      [3_500, sustained(3_480), "clear u2: barge_in"],
      [3_510, sending(2, 0)],
      [3_520, published(2)],
      [3_520, sent(2)],
      [4_200, final("address", 200, 3_480), 'think 2: "address"'],
      [4_200, ready(2), "speak u3 turn 2"],
      [4_205, firstFrame(3)],
      [4_210, finished(2)],
      [4_215, sending(3, 4_210)],
      [4_300, sustained(4_290), "clear u3: barge_in"],
    ],
  };
  for (const [name, rows] of Object.entries(tables)) it(name, () => void play(rows));

  it("tells with a thought what is answered: the last of what was joined", () => {
    const machine = play(GREETED);
    machine.handle(final("what are", 140), 3_000);
    const [, think] = machine.handle(final("your hours", 150), 3_050);
    assertEquals(think, {
      do: "think",
      thought: 2,
      asked: {
        input: { kind: "speech", text: "what are your hours" },
        receivedMs: 3_050,
        id: { epoch: 0, speech: 150 },
        throughSeq: 150,
      },
    });
  });

  it("numbers utterances from where its predecessor stopped", () => {
    assertEquals(newMachine(7).handle(started, 0).map(inShort), ["greet u7"]);
  });
});

describe("TurnMachine.wakeAtMs", () => {
  it("is the end of the refractory period while something waits for it", () => {
    const machine = play(ANSWERING);
    assertEquals(machine.wakeAtMs, undefined);
    play([[3_200, final("and", 150, 3_000)]], machine);
    assertEquals(machine.wakeAtMs, 3_005 + REFRACTORY_MS);
    play([[4_105, tick, "clear u2: superseded", 'think 2: "and"']], machine);
    assertEquals(machine.wakeAtMs, undefined);
  });

  it("is 1 s after the last frame was sent while no mark has come", () => {
    const machine = play([...ANSWERING, [8_000, published(2)], [8_100, sent(2)]]);
    assertEquals(machine.wakeAtMs, 9_100);
    play([[8_200, finished(2)]], machine);
    assertEquals(machine.wakeAtMs, 8_200 + IDLE_PROMPT_MS);
  });
});
