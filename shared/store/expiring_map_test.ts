import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { ExpiringMap } from "./expiring_map.ts";

function open() {
  const clock = new FakeClock();
  return { clock, map: new ExpiringMap<number>(clock, { ttlMs: 1_000, maxEntries: 3 }) };
}

describe("ExpiringMap.get()", () => {
  it("finds an entry until its time has passed since it was last set", async () => {
    const { clock, map } = open();
    map.set("a", 1);
    map.set("b", 2);
    await clock.advance(600);
    map.set("a", 3);
    await clock.advance(399);
    assertEquals([map.get("a"), map.get("b")], [3, 2]);
    await clock.advance(1);
    assertEquals([map.get("a"), map.get("b")], [3, undefined]);
    await clock.advance(600);
    assertEquals([map.get("a"), map.size], [undefined, 0]);
  });
});

describe("ExpiringMap.set()", () => {
  it("lets the entry go that was set longest ago when there are too many", () => {
    const { map } = open();
    for (const key of ["a", "b", "c", "a", "d"]) map.set(key, 1);
    assertEquals(["a", "b", "c", "d"].map((key) => map.get(key)), [1, undefined, 1, 1]);
    map.delete("c");
    map.set("e", 1);
    assertEquals(["a", "d", "e"].map((key) => map.get(key)), [1, 1, 1]);
  });
});
