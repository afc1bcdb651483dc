import { describe, it } from "@std/testing/bdd";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gapStats } from "./gap_stats.ts";

/** Arrival times from gaps, the first at 100. */
function arrivals(...gaps: number[]): number[] {
  let at = 100;
  return [at, ...gaps.map((gap) => at += gap)];
}

const times = (count: number, gap: number) => new Array<number>(count).fill(gap);

describe("gapStats()", () => {
  const perfect = { meanMs: 20, p99DeviationMs: 0, maxDeviationMs: 0 };
  const table: readonly (readonly [string, number[], ReturnType<typeof gapStats>])[] = [
    ["nothing of no frame", [], undefined],
    ["nothing of one frame", [100], undefined],
    ["nothing of a lead alone", arrivals(0, 0), undefined],
    ["a steady run", arrivals(20, 20, 20), { ...perfect, count: 3, runs: 1 }],
    ["a run without its lead", arrivals(0, 0, 20, 20), { ...perfect, count: 2, runs: 1 }],
    [
      "two runs without the gap between them and the second's lead",
      arrivals(0, 0, 20, 500, 0.1, 0.1, 20),
      { ...perfect, count: 2, runs: 2 },
    ],
    [
      "a third frame at once, which no lead explains",
      arrivals(0, 0, 0, 20),
      { count: 2, meanMs: 10, p99DeviationMs: 20, maxDeviationMs: 20, runs: 1 },
    ],
    [
      "a late frame that was caught up with",
      arrivals(20, 60, 0, 0, 20),
      { count: 5, meanMs: 20, p99DeviationMs: 40, maxDeviationMs: 40, runs: 1 },
    ],
  ];
  for (const [what, times, expected] of table) {
    it(`measures ${what}`, () => assertEquals(gapStats(times), expected));
  }

  it("takes p99 over the deviations: one outlier in two hundred does not move it", () => {
    const stats = gapStats(arrivals(...times(198, 21), 50, 50))!;
    assertEquals(stats.count, 200);
    assertEquals(stats.p99DeviationMs, 1);
    assertEquals(stats.maxDeviationMs, 30);
    assertAlmostEquals(stats.meanMs, (198 * 21 + 100) / 200);
  });

  it("follows another lead and another end of a run", () => {
    const late = arrivals(0, 20, 50, 0, 20);
    assertEquals(gapStats(late, { leadFrames: 1, runEndsAfterMs: 40 }), {
      count: 2,
      meanMs: 20,
      p99DeviationMs: 0,
      maxDeviationMs: 0,
      runs: 2,
    });
  });
});
