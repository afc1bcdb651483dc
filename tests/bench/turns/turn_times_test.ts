import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { KavReport } from "./reports.ts";
import { turnTimes } from "./turn_times.ts";

const REPORT: KavReport = {
  bargeIns: [],
  finals: [
    { question: 7, call: "CA1", turn: 1, atMs: 1_000 },
    { question: 8, call: "CA2", turn: 1, atMs: 2_000 },
  ],
  firstPieces: [{ question: 7, askedMs: 1_208, firstChunkMs: 1_238 }],
  answers: [{ call: "CA1", turn: 1, atMs: 1_241 }, { call: "CA2", turn: 1, atMs: 9_000 }],
};
const WRITTEN = { requestedMs: 1_003, firstSentenceMs: 1_204 };

describe("turnTimes()", () => {
  it("adds to a turn what neither the model nor the synthesizer took", () => {
    assertEquals(turnTimes(REPORT, (question) => question === 7 ? WRITTEN : undefined), [
      { totalMs: 241, modelMs: 201, synthesisMs: 30, addedMs: 10, soundsAfterMs: 37 },
    ]);
  });

  it("leaves out what the model has not written, and what was not spoken", () => {
    assertEquals(turnTimes(REPORT, () => ({ ...WRITTEN, firstSentenceMs: undefined })), []);
    assertEquals(turnTimes({ ...REPORT, firstPieces: [] }, () => WRITTEN), []);
    assertEquals(turnTimes({ ...REPORT, answers: [] }, () => WRITTEN), []);
  });
});
