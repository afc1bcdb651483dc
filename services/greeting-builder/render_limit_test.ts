import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { RenderLimit } from "./render_limit.ts";

const { signal } = new AbortController();

/** When each of `count` passes, in seconds. */
async function passes(clock: FakeClock, limit: RenderLimit, count: number): Promise<number[]> {
  const startMs = clock.now();
  const at: number[] = [];
  for (let i = 0; i < count; i++) {
    limit.pass(signal).then(() => at.push((clock.now() - startMs) / 1_000));
  }
  await clock.advance(60_000);
  return at;
}

describe("RenderLimit.pass()", () => {
  it("lets ten seconds' worth pass at once, and the rest evenly", async () => {
    const clock = new FakeClock(5_000);
    const limit = new RenderLimit(clock, 30);
    assertEquals(await passes(clock, limit, 9), [0, 0, 0, 0, 0, 0, 2, 4, 6]);
  });

  it("makes a new burst of what was not used, but no longer one", async () => {
    const clock = new FakeClock();
    const limit = new RenderLimit(clock, 30);
    await passes(clock, limit, 6);
    assertEquals(await passes(clock, limit, 7), [0, 0, 0, 0, 0, 0, 2]);
  });

  it("rejects who is told to stop waiting", async () => {
    const clock = new FakeClock();
    const limit = new RenderLimit(clock, 6);
    const stop = new AbortController();
    await limit.pass(signal);
    await limit.pass(signal);
    const waiting = limit.pass(stop.signal);
    stop.abort(new Error("stopped"));
    await assertRejects(() => waiting, Error, "stopped");
    assertEquals(clock.sleeping, 0);
  });
});
