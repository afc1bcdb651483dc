import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import { criteria, isGo, type Row } from "./criteria.ts";
import type { Measurements } from "./measurements.ts";

const CALL = { call: "CA1", atMs: 0 };

const TX = {
  ...CALL,
  fps: 50,
  q: 6,
  drops: 0,
  late_p99_ms: 1,
  resyncs: 0,
  underruns: 0,
  catch_ups: 0,
  lost: 0,
  unconfirmed: 10,
  stalls: 0,
};
const RX = { ...CALL, fps_in: 50, q: 2, drops: 0, write_ms: 0.4 };
const LATENCY = {
  ...CALL,
  turn: 1,
  stt_partial_ms: 610,
  stt_final_ms: 1120,
  llm_ms: 240,
  tts_ms: 130,
  total_ms: 1580,
};
const PACE = { count: 900, meanMs: 20, p99DeviationMs: 2, maxDeviationMs: 4, runs: 5 };
const SILENCE = { frames: 250, events: 0, drops: 0, heardMs: 0 };
const LONG = { lengthMs: 8_000, holesMs: 99, underruns: 0, drops: 0 };

const seconds = <T>(count: number, second: T): T[] => new Array<T>(count).fill(second);
const most = <T extends object>(usual: T, count: number, odd: Partial<T>): T[] => [
  ...seconds(10 - count, usual),
  ...seconds(count, { ...usual, ...odd }),
];

/** A call as it should be. */
const GOOD: Measurements = {
  tx: [...seconds(8, TX), ...seconds(2, { ...TX, fps: null, q: 0 })],
  rx: seconds(10, RX),
  latency: [LATENCY, { ...LATENCY, stt_partial_ms: null, stt_final_ms: null, total_ms: 1500 }],
  call: [{ ...CALL, event: "greeting_end" }, { ...CALL, event: "final" }],
  pace: PACE,
  media: { frames: 900, odd: 0 },
  twilioWarnings: [],
  fullQueueWarnings: 0,
  silence: SILENCE,
  longAnswer: LONG,
  recognition: true,
  question: { asked: "when are you open", told: "Always.", expected: " Always.\n" },
  nonsense: { asked: null, told: "Sorry?", expected: "Sorry?" },
  problem: undefined,
  ended: "by kav: Hangup",
};

const verdicts = (rows: readonly Row[], verdict: Row["verdict"]) =>
  rows.filter((row) => row.verdict === verdict).map((row) => row.criterion);

const RECOGNITION = [
  "a question that is understood",
  "speech that is not understood",
  "[LATENCY] stt_partial",
  "[LATENCY] stt_final",
  "[LATENCY] total",
];

describe("criteria()", () => {
  it("passes a good call in every row", () => {
    const rows = criteria(GOOD);
    assertEquals(rows.length, 19);
    assertEquals(verdicts(rows, "PASS").length, 19);
    assert(isGo(rows));
  });

  const enough: readonly (readonly [string, Partial<Measurements>])[] = [
    ["fps at both ends of the range", { tx: [{ ...TX, fps: 49 }, { ...TX, fps: 51 }] }],
    ["one second in ten with q from 10 to 19", { tx: most(TX, 1, { q: 19 }) }],
    ["one second in ten with fps_in from 45 to 55", { rx: most(RX, 1, { fps_in: 45 }) }],
    ["latencies at the bound", {
      latency: [{ ...LATENCY, stt_partial_ms: 900, stt_final_ms: 1400, total_ms: 2200 }],
    }],
  ];
  for (const [what, measured] of enough) {
    it(`passes ${what}`, () => {
      const rows = criteria({ ...GOOD, ...measured });
      assertEquals(verdicts(rows, "FAIL"), []);
    });
  }

  const failing: readonly (readonly [Partial<Measurements>, string])[] = [
    [{ problem: "Cannot wait for Kav's reply" }, "the call went by the script"],
    [{ ended: "by caller: hung up" }, "the call went by the script"],
    [{ call: [] }, "greeting_end"],
    [{ tx: most(TX, 1, { fps: 48 }) }, "[TX] fps while playing"],
    [{ tx: most(TX, 1, { fps: 52 }) }, "[TX] fps while playing"],
    [{ tx: seconds(10, { ...TX, fps: null }) }, "[TX] fps while playing"],
    [{ pace: { ...PACE, meanMs: 19.5 } }, "gaps between frames at Twilio"],
    [{ pace: { ...PACE, meanMs: 20.5 } }, "gaps between frames at Twilio"],
    [{ pace: undefined }, "gaps between frames at Twilio"],
    [{ media: { frames: 900, odd: 1 } }, "media at Twilio"],
    [{ media: { frames: 0, odd: 0 } }, "media at Twilio"],
    [{ twilioWarnings: ["31951 extra field"] }, "media at Twilio"],
    [{ tx: most(TX, 1, { q: 20 }) }, "[TX] q"],
    [{ tx: most(TX, 2, { q: 10 }) }, "[TX] q"],
    [{ rx: most(RX, 1, { q: 20 }) }, "[RX] q"],
    [{ rx: most(RX, 2, { q: 10 }) }, "[RX] q"],
    [{ tx: most(TX, 1, { drops: 1 }) }, "[TX] drops"],
    [{ rx: most(RX, 1, { drops: 1 }) }, "[RX] drops"],
    [{ fullQueueWarnings: 1 }, "full-queue warnings"],
    [{ rx: most(RX, 1, { fps_in: 44.9 }) }, "[RX] fps_in"],
    [{ rx: most(RX, 1, { fps_in: 55.1 }) }, "[RX] fps_in"],
    [{ rx: most(RX, 2, { fps_in: 48.9 }) }, "[RX] fps_in"],
    [{ rx: most(RX, 1, { write_ms: 1 }) }, "[RX] write_ms"],
    [{ silence: { ...SILENCE, frames: 249 } }, "five seconds of silence"],
    [{ silence: { ...SILENCE, events: 1 } }, "five seconds of silence"],
    [{ silence: { ...SILENCE, drops: 1 } }, "five seconds of silence"],
    [{ silence: { ...SILENCE, heardMs: 20 } }, "five seconds of silence"],
    [{ silence: undefined }, "five seconds of silence"],
    [{ longAnswer: { ...LONG, lengthMs: 7_980 } }, "an answer of eight seconds"],
    [{ longAnswer: { ...LONG, holesMs: 100 } }, "an answer of eight seconds"],
    [{ longAnswer: { ...LONG, underruns: 1 } }, "an answer of eight seconds"],
    [{ longAnswer: { ...LONG, drops: 1 } }, "an answer of eight seconds"],
    [{ longAnswer: undefined }, "an answer of eight seconds"],
    [
      { question: { asked: "where are you", told: "Here.", expected: "Always." } },
      "a question that is understood",
    ],
    [{ question: undefined }, "a question that is understood"],
    [
      { nonsense: { asked: "when are you open", told: "Always.", expected: "Sorry?" } },
      "speech that is not understood",
    ],
    [{ nonsense: undefined }, "speech that is not understood"],
    [{ latency: [{ ...LATENCY, stt_partial_ms: 901 }] }, "[LATENCY] stt_partial"],
    [{ latency: [LATENCY, { ...LATENCY, stt_final_ms: 1401 }] }, "[LATENCY] stt_final"],
    [{ latency: [{ ...LATENCY, total_ms: 2201 }] }, "[LATENCY] total"],
  ];
  for (const [measured, criterion] of failing) {
    it(`fails "${criterion}", and only that, for ${JSON.stringify(measured).slice(0, 90)}`, () => {
      const rows = criteria({ ...GOOD, ...measured });
      assertEquals(verdicts(rows, "FAIL"), [criterion]);
      assertEquals(isGo(rows), false);
    });
  }

  it("fails every row that stands on telemetry when there was none", () => {
    const rows = criteria({ ...GOOD, tx: [], rx: [], latency: [], call: [] });
    assertEquals(verdicts(rows, "FAIL"), [
      "greeting_end",
      "[TX] fps while playing",
      "[TX] q",
      "[RX] q",
      "[TX] drops",
      "[RX] drops",
      "[RX] fps_in",
      "[RX] write_ms",
      "[LATENCY] stt_partial",
      "[LATENCY] stt_final",
      "[LATENCY] total",
    ]);
  });

  it("skips the rows about recognition where there is none, and is still a go", () => {
    const rows = criteria({
      ...GOOD,
      recognition: false,
      latency: [],
      nonsense: undefined,
    });
    assertEquals(verdicts(rows, "SKIP"), RECOGNITION);
    assertEquals(verdicts(rows, "FAIL"), []);
    assert(isGo(rows));
  });
});

describe("isGo()", () => {
  const one = (verdict: Row["verdict"]): Row => ({
    criterion: "c",
    required: "r",
    measured: "m",
    verdict,
  });
  const cases: readonly (readonly [Row["verdict"][], boolean])[] = [
    [[], false],
    [["SKIP"], false],
    [["PASS"], true],
    [["PASS", "SKIP"], true],
    [["PASS", "FAIL"], false],
  ];
  for (const [rows, expected] of cases) {
    it(`says ${expected} to [${rows}]`, () => assertEquals(isGo(rows.map(one)), expected));
  }
});
