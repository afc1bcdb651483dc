import { describe, it } from "@std/testing/bdd";
import { assertEquals, assertRejects } from "@std/assert";
import { Waits } from "./waits.ts";

describe("Waits.until()", () => {
  it("resolves at once with what is already there", async () => {
    assertEquals(await new Waits().until(() => 0, "zero", 0, 100), 0);
  });

  it("resolves with the first value other than undefined and false", async () => {
    const waits = new Waits();
    const values = [undefined, false, "yes", "later"] as const;
    let looks = 0;
    const got = waits.until(() => values[looks++], "an answer", 0, 100);
    waits.check(20);
    waits.check(40);
    waits.check(60);
    assertEquals(await got, "yes");
    assertEquals(looks, 3);
  });

  it("rejects when its time is over, naming what it waited for", async () => {
    const waits = new Waits();
    const got = waits.until(() => false, "a mark", 1_000, 100);
    const rejected = assertRejects(
      () => got,
      Error,
      "Cannot wait for a mark: within 100 ms, received nothing",
    );
    waits.check(1_099);
    waits.check(1_100);
    await rejected;
  });

  it("rejects with the error of a look that throws, and goes on with the others", async () => {
    const waits = new Waits();
    let armed = false;
    const throwing = waits.until(
      () => {
        if (armed) throw new RangeError("odd");
      },
      "x",
      0,
      100,
    );
    const fine = waits.until(() => armed, "y", 0, 100);
    const rejected = assertRejects(() => throwing, RangeError, "odd");
    armed = true;
    waits.check(20);
    await rejected;
    assertEquals(await fine, true);
  });
});

describe("Waits.end()", () => {
  it("looks a last time, then rejects what has not come and every later wait", async () => {
    const waits = new Waits();
    let there = false;
    const comes = waits.until(() => there, "a", 0, 100);
    const never = waits.until(() => false, "b", 0, 100);
    const rejected = assertRejects(() => never, Error, "Cannot wait for b");
    there = true;
    waits.end(20);
    assertEquals(await comes, true);
    await rejected;
    await assertRejects(() => waits.until(() => false, "c", 30, 100), Error, "received its end");
  });
});
