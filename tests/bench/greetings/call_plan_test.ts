import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { planCalls } from "./call_plan.ts";

describe("planCalls()", () => {
  it("spreads 500 calls over 10 s, one each 20 ms", () => {
    const plan = planCalls({ calls: 500, seconds: 10, businesses: 50 });
    assertEquals(plan.map(({ dueMs }) => dueMs), Array.from({ length: 500 }, (_, i) => i * 20));
  });

  it("calls all businesses in turn, each as often as the others", () => {
    const plan = planCalls({ calls: 500, seconds: 10, businesses: 50 });
    assertEquals(plan.slice(48, 52).map(({ business }) => business), [48, 49, 0, 1]);
    const counts = Map.groupBy(plan, ({ business }) => business).values();
    assertEquals([...counts].map(({ length }) => length), Array(50).fill(10));
  });
});
