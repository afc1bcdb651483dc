import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { stamped } from "./stamp.ts";

describe("stamped()", () => {
  const cases: readonly (readonly [number, string, string, string])[] = [
    [0, "kav", "Hello.", "  0.0s kav:    Hello."],
    [7_249, "caller", " when\n are you open ", "  7.2s caller: when are you open"],
    [123_456, "heard", "x", "123.5s heard:  x"],
  ];
  for (const [sinceMs, who, what, line] of cases) {
    it(`writes ${JSON.stringify(line)}`, () => assertEquals(stamped(sinceMs, who, what), line));
  }
});
