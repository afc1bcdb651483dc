import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import { oneAhead } from "./one_ahead.ts";

let begun: PromiseWithResolvers<string>[];
const work = () => {
  const pending = Promise.withResolvers<string>();
  begun.push(pending);
  return pending.promise;
};

beforeEach(() => {
  begun = [];
});

describe("oneAhead()", () => {
  it("gives results in order, and nothing of no items", async () => {
    const double = (item: number) => Promise.resolve(item * 2);
    assertEquals(await Array.fromAsync(oneAhead([1, 2, 3], double)), [2, 4, 6]);
    assertEquals(await Array.fromAsync(oneAhead([], double)), []);
  });

  it("begins the next work while the consumer has a result, and no further one", async () => {
    const results = oneAhead([1, 2, 3], work);
    const first = results.next();
    await settle();
    assertEquals(begun.length, 1);
    begun[0]!.resolve("one");
    assertEquals(await first, { done: false, value: "one" });
    begun[1]!.resolve("two");
    await settle();
    assertEquals(begun.length, 2);
    assertEquals((await results.next()).value, "two");
    assertEquals(begun.length, 3);
    begun[2]!.resolve("three");
    assertEquals((await results.next()).value, "three");
    assertEquals((await results.next()).done, true);
  });

  it("tells a failure in its turn, not before", async () => {
    const results = oneAhead([1, 2], work);
    const first = results.next();
    begun[0]!.resolve("one");
    await first;
    begun[1]!.reject(new Error("broken"));
    await settle();
    await assertRejects(() => results.next(), Error, "broken");
  });

  it("leaves no rejection behind when the consumer leaves before a failure", async () => {
    const results = oneAhead([1, 2], work);
    const first = results.next();
    begun[0]!.resolve("one");
    await first;
    await results.return(undefined);
    begun[1]!.reject(new Error("nobody asks"));
    await settle();
    assertEquals(begun.length, 2);
  });
});
