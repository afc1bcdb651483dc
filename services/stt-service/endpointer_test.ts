import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { Endpointer, type SpeechEvent } from "./endpointer.ts";

/** Defaults of the service: promoted 500 ms (25 frames) after the last voiced frame. */
const HANGOVER_FRAMES = 9;
const OPTIONS = { hangoverMs: 180, timeoutMs: 320, debounceMs: 90 };

/** What happens, by frame of 20 ms; a result is about everything up to `to`. */
type Step =
  | readonly [frame: number, "voice", through: number]
  | readonly [frame: number, "partial" | "final", text: string, to: number]
  | readonly [frame: number, "rejected", to: number];

const at = (seq: number) => ({ seq, streamMs: seq * 20 });

function told(event: SpeechEvent): string {
  const { speech } = event;
  switch (event.kind) {
    case "speech_started":
      return `${speech} started ${event.seq}`;
    case "speech_ended":
      return `${speech} ended ${event.last_voiced_ms / 20}`;
    case "partial":
      return `${speech} partial ${event.text}`;
    case "final": {
      const kind = event.promoted ? "promoted" : "final";
      return `${speech} ${kind} ${event.text} ${event.from_seq}-${event.to_seq}`;
    }
    case "rejected":
      return `${speech} rejected ${event.from_seq}-${event.to_seq}`;
  }
}

/** Runs `steps` frame by frame to `lastFrame`; returns what was told, each with its frame. */
function run(steps: readonly Step[], lastFrame = 400): string[] {
  const log: string[] = [];
  let frame = 0;
  const endpointer = new Endpointer({
    ...OPTIONS,
    emit: (event) => log.push(`${frame}: ${told(event)}`),
    onPromotedDiffers: () => log.push(`${frame}: differs`),
  });
  let through: number | undefined;
  for (; frame <= lastFrame; frame++) {
    for (const step of steps.filter(([when]) => when === frame)) {
      if (step[1] === "voice") {
        endpointer.onset(at(frame));
        through = step[2];
      } else if (step[1] === "rejected") endpointer.rejected(at(step[2]));
      else if (step[1] === "final") endpointer.final(step[2], at(step[3]));
      else endpointer.partial(step[2], at(step[3]), frame * 20);
    }
    if (through !== undefined) {
      if (frame <= through) endpointer.voiced(at(frame));
      else if (frame === through + HANGOVER_FRAMES) {
        endpointer.ended(at(through), frame * 20);
        through = undefined;
      }
    }
    if (frame * 20 >= (endpointer.wakeAtMs ?? Infinity)) endpointer.poll(frame * 20);
  }
  return log;
}

/** The caller speaks in frames 10 to 50; the hangover passes at 59, the timeout at 75. */
const SPOKE: Step = [10, "voice", 50];
const STARTED = "10: 1 started 10";
const ENDED = "59: 1 ended 50";

const CASES: readonly (readonly [name: string, steps: readonly Step[], expected: string[]])[] = [
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

  ["promotes what only the engine hears after the whole silence", [
    [20, "partial", "psst", 20],
  ], ["20: 1 partial psst", "45: 1 promoted psst 20-20"]],

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

describe("Endpointer.openFromSeq", () => {
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
