import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { insist } from "./insist.ts";

describe("insist()", () => {
  let clock: FakeClock;
  let stop: AbortController;
  let failures: number;
  let tries: number;
  let retries: string[];

  beforeEach(() => {
    clock = new FakeClock();
    stop = new AbortController();
    failures = tries = 0;
    retries = [];
  });

  const trying = () =>
    insist(
      () => ++tries <= failures ? Promise.reject(new Error("away")) : Promise.resolve(clock.now()),
      {
        clock,
        firstRetryMs: 100,
        longestRetryMs: 300,
        signal: stop.signal,
        onRetry: (error, retryMs) => retries.push(`${(error as Error).message} ${retryMs}`),
      },
    );

  it("tries after pauses that double up to the longest", async () => {
    failures = 4;
    const tried = trying();
    await clock.advance(1_000);
    assertEquals(await tried, 100 + 200 + 300 + 300);
    assertEquals(retries, ["away 100", "away 200", "away 300", "away 300"]);
  });

  it("rejects with what it failed with as soon as it is told to stop", async () => {
    failures = Infinity;
    const tried = trying();
    await clock.advance(50);
    stop.abort();
    await assertRejects(() => tried, Error, "away");
    assertEquals([retries, tries, clock.sleeping], [["away 100"], 1, 0]);
  });
});
