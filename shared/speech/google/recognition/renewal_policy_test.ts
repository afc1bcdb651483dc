import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { failureOf } from "shared/testing/recognition_rig.ts";
import type { FailureKind } from "shared/speech/engine_failure.ts";
import { FailureStreak, isRenewalDue, judge, STREAM_LIMITS, wasWell } from "./renewal_policy.ts";

describe("isRenewalDue()", () => {
  it("waits for a calm moment, but not for ever", () => {
    const due = (ageMs: number) =>
      [true, false].map((calm) => isRenewalDue(STREAM_LIMITS, ageMs, calm));
    assertEquals(due(239_999), [false, false]);
    assertEquals(due(240_000), [true, false]);
    assertEquals(due(290_000), [true, true]);
  });
});

describe("judge()", () => {
  const stream = { hasAnswered: false, livedMs: 20 };
  const answered = { hasAnswered: true, livedMs: 20 };
  const verdict = (kind: FailureKind, of: typeof stream | undefined, wasThere: boolean) =>
    judge(failureOf(kind), of, wasThere);

  it("gives one that is unreachable another chance only when it was there before", () => {
    assertEquals(verdict("unreachable", stream, true), "count");
    assertEquals(verdict("unreachable", undefined, false), "over");
  });

  it("believes credentials and quota at once", () => {
    assertEquals(verdict("credentials", answered, true), "over");
    assertEquals(verdict("quota", answered, true), "over");
  });

  it("does not wait twice for a place", () => {
    assertEquals(verdict("timeout", undefined, true), "over");
  });

  it("looks elsewhere when the first answer is a refusal", () => {
    assertEquals(verdict("refused", stream, false), "elsewhere");
    assertEquals(verdict("refused", undefined, false), "elsewhere");
    assertEquals(verdict("refused", answered, true), "over");
  });

  it("does not let a call wait twice for a place", () => {
    assertEquals(verdict("timeout", undefined, true), "over");
  });

  it("counts accidents, and ends without an error", () => {
    assertEquals(verdict("broken", stream, false), "count");
    assertEquals(verdict("timeout", stream, false), "count");
    assertEquals(judge(undefined, stream, false), "count");
  });
});

describe("wasWell()", () => {
  it("needs an answer, or a second", () => {
    const well = (hasAnswered: boolean, livedMs: number) => wasWell({ hasAnswered, livedMs });
    assertEquals([well(true, 0), well(false, 999), well(false, 1_000)], [true, false, true]);
  });
});

describe("FailureStreak", () => {
  it("waits longer from one to the next, and gives up at the third in a row", () => {
    const streak = new FailureStreak();
    assertEquals([0, 10, 120].map((ms) => streak.failed(ms, 0)), [0, 100, undefined]);
  });

  it("does not give up while there are answers between, however quick", () => {
    const streak = new FailureStreak();
    const delays = [0, 500, 1_000, 1_500, 2_000].map((ms) => {
      streak.answered();
      return streak.failed(ms, 0);
    });
    assertEquals(delays, [0, 100, 300, 300, 300]);
  });

  it("tries at once again after a quiet time", () => {
    const streak = new FailureStreak();
    streak.failed(0, 0);
    assertEquals(streak.failed(5_001, 0), 0);
  });

  it("forgets failures from before a minute's health", () => {
    const streak = new FailureStreak();
    streak.failed(0, 0);
    streak.failed(10, 0);
    assertEquals(streak.failed(60_010, 60_000), 0);
    assertEquals(streak.failed(60_020, 0), 100);
    assertEquals(streak.failed(60_030, 0), undefined);
  });
});
