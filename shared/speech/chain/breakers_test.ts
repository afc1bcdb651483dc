import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { EngineFailure, type FailureKind } from "../engine_failure.ts";
import { type BreakerChange, type BreakerEngine, Breakers } from "./breakers.ts";

const VARIANT = "he-IL|default";
const OK = () => Promise.resolve();

function failure(kind: FailureKind): EngineFailure {
  return new EngineFailure({ engine: "a", kind, code: kind, details: "so", advice: "Look" });
}

describe("Breakers", () => {
  let clock: FakeClock;
  let told: string[];
  beforeEach(() => {
    clock = new FakeClock();
    told = [];
  });

  const make = (...engines: BreakerEngine[]) => new Breakers({ clock, engines, onChange });
  function onChange({ engine, variant = "-", state, failure }: BreakerChange): void {
    const kind = failure instanceof EngineFailure ? failure.kind : failure?.message;
    told.push([engine, variant, state, ...(kind ? [kind] : [])].join(" "));
  }

  it("tell an outage once, not once per call, and its end", async () => {
    const breakers = make({ key: "a", engine: { open: OK } });
    const first = failure("unreachable");
    breakers.failed("a", VARIANT, first);
    breakers.failed("a", VARIANT, failure("unreachable"));
    assertEquals([breakers.allows("a", VARIANT), told], [false, ["a - open unreachable"]]);
    assertStrictEquals(breakers.failureOf("a", VARIANT), first);
    for (let i = 0; i < 2; i++) {
      await clock.advance(20_000);
      assert(breakers.allows("a", VARIANT));
      breakers.failed("a", VARIANT, failure("unreachable"));
    }
    assertEquals(told.length, 1);
    await clock.advance(60_000);
    assert(breakers.allows("a", VARIANT));
    breakers.succeeded("a", VARIANT);
    breakers.succeeded("a", VARIANT);
    assertEquals(told, ["a - open unreachable", "a - closed"]);
    assertEquals(breakers.failureOf("a", VARIANT), undefined);
  });

  it("tell an outage again when it becomes another one", async () => {
    const breakers = make({ key: "a", engine: { open: OK } });
    breakers.failed("a", VARIANT, failure("unreachable"));
    await clock.advance(10_000);
    breakers.allows("a", VARIANT);
    breakers.failed("a", VARIANT, failure("credentials"));
    assertEquals(told, ["a - open unreachable", "a - open credentials"]);
  });

  it("tell an outage once though it is refused now, and silent then", async () => {
    const breakers = make({ key: "a", engine: { open: OK } });
    for (const kind of ["unreachable", "timeout", "unreachable"] as const) {
      breakers.failed("a", VARIANT, failure(kind));
      await clock.advance(60_000);
      assert(breakers.allows("a", VARIANT));
    }
    assertEquals(told, ["a - open unreachable"]);
  });

  it("keep from an engine only what it refuses, and let one request try it again", async () => {
    const breakers = make({ key: "a", engine: { open: OK, check: OK } });
    breakers.failed("a", VARIANT, failure("refused"));
    assertEquals([breakers.allows("a", VARIANT), breakers.allows("a", "en-US|x")], [false, true]);
    assertEquals(breakers.failureOf("a", VARIANT), failure("refused"));
    await clock.advance(10_000);
    assertEquals([breakers.allows("a", VARIANT), breakers.allows("a", VARIANT)], [true, false]);
    breakers.succeeded("a", VARIANT);
    assertEquals(told, [`a ${VARIANT} open refused`, `a ${VARIANT} closed`]);
  });

  it("do not spend an engine's probe on what it refuses", async () => {
    const breakers = make({ key: "a", engine: { open: OK } });
    breakers.failed("a", VARIANT, failure("unreachable"));
    await clock.advance(5_000);
    breakers.failed("a", VARIANT, failure("refused"));
    await clock.advance(5_000);
    assertEquals([breakers.allows("a", VARIANT), breakers.allows("a", "en-US|x")], [false, true]);
  });

  it("remember at most 200 refused variants, the newest", () => {
    const breakers = make({ key: "a", engine: { open: OK } });
    for (let i = 0; i <= 200; i++) breakers.failed("a", `v${i}`, failure("refused"));
    assertEquals([0, 1, 200].map((i) => breakers.allows("a", `v${i}`)), [true, false, false]);
  });

  it("check an engine that can be checked in the background, once at a time, when somebody asks", async () => {
    let checks = 0;
    let answer = Promise.withResolvers<void>();
    const check = () => {
      checks++;
      return answer.promise;
    };
    const breakers = make({ key: "a", engine: { open: OK, check } });
    breakers.failed("a", VARIANT, failure("unreachable"));
    await clock.advance(30_000);
    assertEquals(checks, 0);
    assertEquals([breakers.allows("a", VARIANT), breakers.allows("a", VARIANT)], [false, false]);
    assertEquals(checks, 1);
    answer.reject(failure("unreachable"));
    await settle();
    answer = Promise.withResolvers();
    await clock.advance(20_000);
    assert(!breakers.allows("a", VARIANT));
    answer.resolve();
    await settle();
    assertEquals([checks, breakers.allows("a", VARIANT), clock.sleeping], [2, true, 0]);
    assertEquals(told, ["a - open unreachable", "a - closed"]);
  });

  it("look at once whether an engine that was too slow is there, one look at a time", async () => {
    const answers: PromiseWithResolvers<void>[] = [];
    const check = () => answers[answers.push(Promise.withResolvers()) - 1]!.promise;
    const breakers = make({ key: "a", engine: { open: OK, check } });
    breakers.failed("a", VARIANT, failure("timeout"));
    breakers.failed("a", VARIANT, failure("timeout"));
    assertEquals([answers.length, breakers.allows("a", VARIANT)], [1, true]);
    answers[0]!.resolve();
    await settle();
    breakers.succeeded("a", VARIANT);
    assertEquals([breakers.allows("a", VARIANT), told], [true, []]);

    breakers.failed("a", VARIANT, failure("broken"));
    assertEquals(answers.length, 1);
    breakers.failed("a", VARIANT, failure("timeout"));
    answers[1]!.reject(failure("unreachable"));
    await settle();
    assertEquals([breakers.allows("a", VARIANT), told], [false, ["a - open unreachable"]]);
    assertEquals([answers.length, clock.sleeping], [2, 0]);
  });

  it("tell an outage once when the look at a slow engine comes too late", async () => {
    const answer = Promise.withResolvers<void>();
    const breakers = make({ key: "a", engine: { open: OK, check: () => answer.promise } });
    for (let n = 0; n < 3; n++) breakers.failed("a", VARIANT, failure("timeout"));
    answer.reject(failure("unreachable"));
    await settle();
    assertEquals(told, ["a - open timeout"]);
  });

  it("take a check without an answer for a failure, and leave no timer behind when closed", async () => {
    const hangs = () => new Promise<void>(() => {});
    const breakers = make({ key: "a", engine: { open: OK, check: hangs } });
    breakers.failed("a", VARIANT, failure("unreachable"));
    await clock.advance(10_000);
    breakers.allows("a", VARIANT);
    await clock.advance(5_000);
    assertEquals(breakers.failureOf("a", VARIANT)?.message.includes("NO_ANSWER"), true);
    await clock.advance(20_000);
    breakers.allows("a", VARIANT);
    breakers.close();
    await settle();
    assertEquals([clock.sleeping, told], [0, ["a - open unreachable"]]);
  });

  it("open all engines at the same time and never reject; who fails is opened again later", async () => {
    let fails = true;
    let opened = 0;
    const open = () => {
      opened++;
      return fails ? Promise.reject(new Error("no library")) : Promise.resolve();
    };
    const breakers = make(
      { key: "a", engine: { open } },
      { key: "b", engine: { open: OK } },
      { key: "c", engine: { open: () => new Promise(() => {}) } },
    );
    const opening = breakers.open();
    await settle();
    assertEquals(told, ["a - open no library"]);
    await clock.advance(10_000);
    await opening;
    assertEquals(told, ["a - open no library", "c - open timeout"]);
    assertEquals([breakers.allows("b", VARIANT), breakers.allows("c", VARIANT)], [true, false]);
    fails = false;
    assert(!breakers.allows("a", VARIANT));
    await settle();
    assertEquals([opened, breakers.allows("a", VARIANT)], [2, true]);
  });
});
