import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { RefusedNames } from "./refused_names.ts";

describe("RefusedNames", () => {
  it("keeps a name for its time, and tells the first time from the next", () => {
    const names = new RefusedNames(100);
    assertEquals(names.has("a", 0), false);
    assertEquals(names.add("a", 0), true);
    assertEquals([names.has("a", 99), names.has("b", 99), names.has("a", 100)], [
      true,
      false,
      false,
    ]);
    assertEquals(names.add("a", 100), false);
    assertEquals([names.has("a", 199), names.has("a", 200)], [true, false]);
  });

  it("forgets what was refused longest ago when there are too many", () => {
    const names = new RefusedNames(100, 2);
    for (const name of ["a", "b", "a", "c"]) names.add(name, 0);
    assertEquals(["a", "b", "c"].map((name) => names.has(name, 1)), [true, false, true]);
  });
});
