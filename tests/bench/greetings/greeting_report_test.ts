import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CallResult, LoadResult } from "./call_result.ts";
import {
  boundsLine,
  failuresOf,
  latencyTable,
  type MeasuredProduct,
  sourcesLine,
} from "./greeting_report.ts";

const call = (greetedMs: number | null, rest: Partial<CallResult> = {}): CallResult => ({
  call: "CA1",
  greetedMs,
  openedMs: 5,
  frames: 50,
  holes: 0,
  failure: null,
  ...rest,
});
const load = (...calls: CallResult[]): LoadResult => ({ calls, behindMs: 0 });
const product = (told: number[], calls = told.map((ms) => call(ms))): MeasuredProduct => ({
  load: load(...calls),
  cores: [],
  told: told.map((greetingMs) => ({ greetingMs, source: "memory" })),
});

describe("latencyTable()", () => {
  it("sets what callers saw and what the edge told beside the floor", () => {
    const floor = { load: load(call(1), call(2)), cores: [] };
    const kav = product([9, 19], [call(10), call(20, { holes: 3 })]);
    assertEquals(latencyTable(floor, kav).split("\n").map((row) => row.split(/ {2,}/)), [
      ["", "calls", "failed", "p50 ms", "p90 ms", "p99 ms", "max ms", "holes"],
      ["the floor, webhook and stream", "2", "5.0", "5.0", "5.0", "5.0"],
      ["Kav, webhook and stream", "2", "5.0", "5.0", "5.0", "5.0"],
      ["the floor, at the caller", "2", "0", "1.0", "2.0", "2.0", "2.0", "0"],
      ["Kav, at the caller", "2", "0", "10.0", "20.0", "20.0", "20.0", "1"],
      ["Kav, greeting_ms", "2", "9.0", "19.0", "19.0", "19.0"],
      ["times the floor", "10.0", "10.0", "10.0", "10.0"],
    ]);
  });

  it("has dashes where nobody was greeted", () => {
    const floor = { load: load(call(1)), cores: [] };
    const kav = product([], [call(null, { failure: "no greeting" })]);
    const rows = latencyTable(floor, kav).split("\n");
    assertEquals(rows[4]?.split(/ +/).slice(4), ["1", "1", "-", "-", "-", "-", "0"]);
  });
});

describe("sourcesLine()", () => {
  it("counts where greetings were found, and how soon each was heard", () => {
    const told = (["memory", "redis", "memory", undefined] as const)
      .map((source, i) => ({ greetingMs: 10 * i, source }));
    assertEquals(
      sourcesLine(told),
      "greeting_source: memory 2 (p50 0.0, p99 20.0 ms), " +
        "not told 1 (p50 30.0, p99 30.0 ms), redis 1 (p50 10.0, p99 10.0 ms)",
    );
    assertEquals(sourcesLine([]), "greeting_source: nobody has told");
  });
});

describe("failuresOf()", () => {
  it("names each reason once, and nothing when all went well", () => {
    const failed = call(null, { failure: "no greeting" });
    assertEquals(failuresOf("Kav", load(failed, call(1), failed)), [
      "Kav: 2 calls failed: no greeting",
    ]);
    assertEquals(failuresOf("Kav", load(call(1))), []);
  });
});

describe("boundsLine()", () => {
  it("says that they held", () => {
    assertStringIncludes(boundsLine(product([29.9])), "within its bounds");
  });

  it("names what is over, the bound itself included", () => {
    assertEquals(
      boundsLine(product([30])),
      "greeting_ms: over its bounds: p50 30.0 ms, must be under 30 ms",
    );
    const slowOnce = [...Array(98).fill(10), 150, 150];
    assertEquals(
      boundsLine(product(slowOnce)),
      "greeting_ms: over its bounds: p99 150.0 ms, must be under 150 ms",
    );
  });

  it("does not take the silence of a call for a good figure", () => {
    assertStringIncludes(boundsLine(product([10], [call(9), call(9)])), "of 1 calls was not told");
  });
});
