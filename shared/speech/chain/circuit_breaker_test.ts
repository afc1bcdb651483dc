import { assert, assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { CircuitBreaker } from "./circuit_breaker.ts";

describe("CircuitBreaker", () => {
  let breaker: CircuitBreaker;
  beforeEach(() => {
    breaker = new CircuitBreaker({ failures: 3, openMs: 10_000 });
  });

  it("opens at once for a failure that is no accident, and lets nothing through for 10 s", () => {
    for (const kind of ["unreachable", "credentials", "quota", "refused"] as const) {
      const one = new CircuitBreaker();
      assert(one.failed(kind, 5_000), kind);
      assertEquals([one.state, one.allows(5_000), one.allows(14_999)], ["open", false, false]);
      assert(one.allows(15_000), kind);
    }
  });

  it("opens after three accidents in a row, and a success between them starts the count anew", () => {
    assertEquals([breaker.failed("timeout", 0), breaker.failed("broken", 1)], [false, false]);
    breaker.succeeded();
    assertEquals([breaker.failed("broken", 2), breaker.failed("timeout", 3)], [false, false]);
    assert(breaker.allows(3));
    assert(breaker.failed("broken", 4));
    assert(!breaker.allows(4));
  });

  it("lets exactly one probe through at a time", () => {
    breaker.failed("unreachable", 0);
    assert(breaker.wouldAllow(10_000), "asking takes nothing");
    assertEquals([breaker.allows(10_000), breaker.state], [true, "half_open"]);
    assertEquals([breaker.wouldAllow(10_001), breaker.allows(19_999)], [false, false]);
  });

  it("counts a probe without an outcome within 10 s as none", () => {
    breaker.failed("unreachable", 0);
    breaker.allows(10_000);
    assertEquals([breaker.allows(20_000), breaker.allows(20_001)], [true, false]);
    breaker.succeeded();
    assertEquals([breaker.state, breaker.allows(20_002)], ["closed", true]);
  });

  it("rests twice as long after each probe that failed, at most 60 s, and 10 s again after a success", () => {
    let nowMs = 0;
    breaker.failed("quota", nowMs);
    for (const restMs of [10_000, 20_000, 40_000, 60_000, 60_000]) {
      assert(!breaker.allows(nowMs + restMs - 1), `${restMs}`);
      nowMs += restMs;
      assert(breaker.allows(nowMs), `${restMs}`);
      breaker.failed("timeout", nowMs);
    }
    breaker.allows(nowMs + 60_000);
    breaker.succeeded();
    breaker.failed("quota", 0);
    assertEquals([breaker.allows(9_999), breaker.allows(10_000)], [false, true]);
  });

  it("opens at the first failure after a mere check, for twice as long, until a request succeeds", () => {
    breaker.failed("unreachable", 0);
    breaker.allows(10_000);
    breaker.passedCheck();
    assertEquals([breaker.state, breaker.allows(10_001)], ["closed", true]);
    assert(breaker.failed("timeout", 11_000));
    assertEquals([breaker.allows(30_999), breaker.allows(31_000)], [false, true]);
    breaker.passedCheck();
    breaker.succeeded();
    assert(!breaker.failed("timeout", 32_000));
  });

  it("heeds nothing that was begun before it opened", () => {
    breaker.failed("unreachable", 0);
    breaker.succeeded();
    assert(!breaker.failed("unreachable", 9_000));
    assertEquals([breaker.state, breaker.allows(9_999), breaker.allows(10_000)], [
      "open",
      false,
      true,
    ]);
  });
});
