import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { brokenPromises, interruptionsTable, turnsTable } from "./turns_report.ts";
import type { MeasuredInterruptions, MeasuredTurns } from "./turns_rig.ts";

const INTERRUPTIONS: MeasuredInterruptions = {
  ...{ calls: 2, wanted: 2, failures: [] },
  ...{ bargeInMs: [170, 349.9], silenceMs: [200, 380], heardAfterMs: [0, 60] },
};
const turn = { totalMs: 240, modelMs: 200, synthesisMs: 25, addedMs: 15, soundsAfterMs: 30 };
const TURNS: MeasuredTurns = { calls: 10, answered: 1, turns: [turn], failures: [] };

const cells = (table: string) => table.split("\n").map((row) => row.trim().split(/ {2,}/));

describe("interruptionsTable()", () => {
  it("sets what the edge tells beside what the caller heard, and what was promised", () => {
    assertEquals(cells(interruptionsTable(INTERRUPTIONS)), [
      ["count", "p50 ms", "p95 ms", "max ms", "promised"],
      ["barge_in_ms, as the edge tells it", "2", "170.0", "349.9", "349.9", "p95 under 350"],
      ["onset to silence, at the caller", "2", "200.0", "380.0", "380.0"],
      ["heard after the clear, at the caller", "2", "0.0", "60.0", "60.0", "max 60"],
    ]);
  });
});

describe("turnsTable()", () => {
  it("shows where the time of a turn goes", () => {
    const none = { ...TURNS, calls: 1, turns: [] };
    assertEquals(cells(turnsTable([none, TURNS])).slice(5), [
      ["first sentence to first frame", "0", "-", "-", "-", "p95 under 150"],
      ["10 calls at once: final to first frame", "1", "240.0", "240.0", "240.0"],
      ["the model's first sentence", "1", "200.0", "200.0", "200.0"],
      ["synthesis of the first piece", "1", "25.0", "25.0", "25.0"],
      ["what Kav adds", "1", "15.0", "15.0", "15.0", "p95 under 20"],
      ["first sentence to first frame", "1", "30.0", "30.0", "30.0", "p95 under 150"],
    ]);
  });
});

describe("brokenPromises()", () => {
  it("finds none where all is within its bounds", () => {
    assertEquals(brokenPromises(INTERRUPTIONS, [TURNS]), []);
  });

  const slow = { ...turn, addedMs: 20, soundsAfterMs: 150 };
  for (
    const [interruptions, turns, said] of [
      [{ bargeInMs: [170, 350] }, {}, ["barge_in_ms: p95 350.0, must be under 350"]],
      [{ heardAfterMs: [0, 80] }, {}, ["after a clear 80 ms were heard, at most 60"]],
      [{ bargeInMs: [170] }, {}, ["1 of 2 interruptions silenced nothing"]],
      [{ failures: ["why"] }, {}, ["a caller failed: why"]],
      [{}, { failures: ["why"] }, ["a caller failed: why"]],
      [{}, { answered: 3 }, ["10 calls at once: 2 turns not told of"]],
      [{}, { answered: 0, turns: [] }, ["10 calls at once: no turn was measured"]],
      [{}, { turns: [slow] }, [
        "10 calls at once: what Kav adds: p95 20.0, must be under 20",
        "10 calls at once: first sentence to first frame: p95 150.0, must be under 150",
      ]],
    ] as [Partial<MeasuredInterruptions>, Partial<MeasuredTurns>, string[]][]
  ) {
    it(`says ${said[0]}`, () => {
      const broken = brokenPromises({ ...INTERRUPTIONS, ...interruptions }, [
        { ...TURNS, ...turns },
      ]);
      assertEquals(broken, said);
    });
  }
});
