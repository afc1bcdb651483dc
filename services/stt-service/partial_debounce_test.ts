import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { PartialDebounce } from "./partial_debounce.ts";

describe("PartialDebounce", () => {
  it("gives the first at once, then the latest when the period is over", () => {
    const debounce = new PartialDebounce<string>(90);
    assertEquals([debounce.offer("a", 1_000), debounce.dueMs], ["a", undefined]);
    assertEquals([debounce.offer("b", 1_020), debounce.dueMs], [undefined, 1_090]);
    assertEquals([debounce.offer("c", 1_050), debounce.dueMs], [undefined, 1_090]);
    assertEquals(debounce.take(1_089), undefined);
    assertEquals([debounce.take(1_090), debounce.take(1_090)], ["c", undefined]);
    assertEquals([debounce.offer("d", 1_100), debounce.dueMs], [undefined, 1_180]);
  });

  it("gives one at once that comes after the period", () => {
    const debounce = new PartialDebounce<string>(90);
    debounce.offer("a", 1_000);
    assertEquals(debounce.offer("b", 1_090), "b");
  });

  it("forgets what waits at reset, and gives the next at once", () => {
    const debounce = new PartialDebounce<string>(90);
    debounce.offer("a", 1_000);
    debounce.offer("b", 1_010);
    debounce.reset();
    assertEquals([debounce.dueMs, debounce.take(2_000)], [undefined, undefined]);
    assertEquals(debounce.offer("c", 1_020), "c");
  });
});
