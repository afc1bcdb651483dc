import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { within, type WithinResult } from "./within.ts";

describe("within()", () => {
  let clock: FakeClock;
  let result: WithinResult<string> | undefined;
  const start = (work: () => Promise<string>) => {
    within(clock, 60, work).then((got) => result = got);
    return settle();
  };
  beforeEach(() => {
    clock = new FakeClock();
    result = undefined;
  });

  it("gives the value at once, and leaves no timer behind", async () => {
    await start(() => Promise.resolve("value"));
    assertEquals(result, { ok: true, value: "value" });
    assertEquals(clock.sleeping, 0);
  });

  it("gives the failure, thrown or rejected", async () => {
    const cause = new Error("away");
    await start(() => Promise.reject(cause));
    assertEquals(result, { ok: false, reason: "failed", cause });
    result = undefined;
    await start(() => {
      throw cause;
    });
    assertEquals(result, { ok: false, reason: "failed", cause });
    assertEquals(clock.sleeping, 0);
  });

  it("gives up at the deadline and not before", async () => {
    const work = Promise.withResolvers<string>();
    await start(() => work.promise);
    await clock.advance(59.9);
    assertEquals(result, undefined);
    await clock.advance(0.1);
    assertEquals(result, { ok: false, reason: "timeout" });
    work.reject(new Error("late"));
    await settle();
    assertEquals(result, { ok: false, reason: "timeout" });
  });

  it("takes no stall of this process for slow work: what came meanwhile has 50 ms to be read", async () => {
    const work = Promise.withResolvers<string>();
    await start(() => work.promise);
    await clock.jump(500);
    assertEquals(result, undefined);
    work.resolve("came meanwhile");
    await settle();
    assertEquals(result, { ok: true, value: "came meanwhile" });
    assertEquals(clock.sleeping, 0);

    result = undefined;
    await start(() => new Promise(() => {}));
    await clock.jump(500);
    await clock.advance(49);
    assertEquals(result, undefined);
    await clock.advance(1);
    assertEquals(result, { ok: false, reason: "timeout" });
  });
});
