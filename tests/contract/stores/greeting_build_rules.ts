import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { OpenStores } from "./open_stores.ts";

export function greetingBuildRules(opened: () => OpenStores): void {
  it("leases a greeting to one of 20 builders that ask at once", async () => {
    const { stores, second } = opened();
    const asked = Array.from(
      { length: 20 },
      (_, i) => (i % 2 ? stores : second).greetingBuilds.lease("shop", `builder-${i}`, 60_000),
    );
    assertEquals((await Promise.all(asked)).filter((leased) => leased).length, 1);
    assertEquals(await stores.greetingBuilds.lease("other", "b", 60_000), true);
  });

  it("lets a lease end, unless its holder asks again", async () => {
    const { stores: { greetingBuilds: mine }, second: { greetingBuilds: others }, advance } =
      opened();
    assertEquals(await mine.lease("shop", "a", 60_000), true);
    await advance(40_000);
    assertEquals(await mine.lease("shop", "a", 60_000), true);
    await advance(40_000);
    assertEquals(await others.lease("shop", "b", 60_000), false);
    await advance(20_000);
    assertEquals(await others.lease("shop", "b", 60_000), true);
    assertEquals(await mine.lease("shop", "a", 60_000), false);
  });

  it("leases a released greeting at once without a pause", async () => {
    const { stores, second } = opened();
    await stores.greetingBuilds.lease("shop", "a", 60_000);
    await stores.greetingBuilds.release("shop", "a", 0);
    assertEquals(await second.greetingBuilds.lease("shop", "b", 60_000), true);
  });

  it("leases a released greeting to nobody during its pause, which nobody shortens", async () => {
    const { stores: { greetingBuilds: mine }, second: { greetingBuilds: others }, advance } =
      opened();
    await mine.lease("shop", "a", 60_000);
    await mine.release("shop", "a", 30_000);
    for (const pauseMs of [0, 90_000]) await mine.release("shop", "a", pauseMs);
    assertEquals(await mine.lease("shop", "a", 60_000), false);
    assertEquals(await others.lease("shop", "b", 60_000), false);
    await advance(30_000);
    assertEquals(await others.lease("shop", "b", 60_000), true);
  });

  it("does not release what is another's", async () => {
    const { stores: { greetingBuilds: mine }, second: { greetingBuilds: others }, advance } =
      opened();
    await mine.lease("shop", "a", 60_000);
    await advance(60_000);
    await others.lease("shop", "b", 60_000);
    for (const pauseMs of [0, 1]) await mine.release("shop", "a", pauseMs);
    await advance(1_000);
    assertEquals(await mine.lease("shop", "a", 60_000), false);
  });

  it("pauses after a lease that has ended meanwhile, if nobody has it", async () => {
    const { stores: { greetingBuilds: mine }, second: { greetingBuilds: others }, advance } =
      opened();
    await mine.lease("shop", "a", 60_000);
    await advance(60_000);
    await mine.release("shop", "a", 30_000);
    assertEquals(await others.lease("shop", "b", 60_000), false);
    await advance(30_000);
    assertEquals(await others.lease("shop", "b", 60_000), true);
  });

  it("tells all the last failure of each business, until a build goes well", async () => {
    const { stores, second } = opened();
    const failed = (error: string) => ({ error, failedAt: "2026-01-01T00:00:00.000Z" });
    assertEquals(await stores.greetingBuilds.failure("shop"), undefined);
    await stores.greetingBuilds.putFailure("shop", undefined);
    await stores.greetingBuilds.putFailure("shop", failed("first — ראשון"));
    await stores.greetingBuilds.putFailure("shop", failed("second"));
    await stores.greetingBuilds.putFailure("other", failed("third"));
    assertEquals(await second.greetingBuilds.failure("shop"), failed("second"));
    await second.greetingBuilds.putFailure("shop", undefined);
    assertEquals(await stores.greetingBuilds.failure("shop"), undefined);
    assertEquals(await stores.greetingBuilds.failure("other"), failed("third"));
  });
}
