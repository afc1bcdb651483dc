import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { percentile, summaryOf } from "./percentiles.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("summaryOf()", () => {
  it("gives values that were measured, whatever their order", () => {
    const expected = { count: 500, p50: 250, p90: 450, p95: 475, p99: 495, max: 500 };
    assertEquals(summaryOf(upTo(500).reverse()), expected);
  });

  it("sums up numbers as numbers, and one value as itself", () => {
    assertEquals(summaryOf([10, 9])?.max, 10);
    assertEquals(summaryOf([7]), { count: 1, p50: 7, p90: 7, p95: 7, p99: 7, max: 7 });
  });

  it("has nothing to say of nothing", () => {
    assertEquals(summaryOf([]), undefined);
  });
});

describe("percentile()", () => {
  it("is exceeded by no more than the rest of the share", () => {
    for (const count of [1, 2, 3, 99, 100, 101, 1_000]) {
      const values = upTo(count);
      for (const share of [0.5, 0.9, 0.95, 0.99]) {
        const exceeding = values.filter((value) => value > percentile(values, share)).length;
        const allowed = (1 - share) * count;
        const isLeast = exceeding <= allowed + 1e-9 && exceeding > allowed - 1;
        assertEquals(isLeast, true, `${share} of ${count}: ${exceeding} exceed`);
      }
    }
  });
});
