import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseBenchArguments } from "./arguments.ts";

describe("parseBenchArguments()", () => {
  it("takes what was promised for granted", () => {
    const size = { calls: 50, interruptions: 100, seconds: 20 };
    assertEquals(parseBenchArguments([]), { kind: "bench", size });
  });

  it("takes other sizes", () => {
    const args = ["--calls=5", "--interruptions", "7", "--seconds", "9"];
    const size = { calls: 5, interruptions: 7, seconds: 9 };
    assertEquals(parseBenchArguments(args), { kind: "bench", size });
  });

  it("gives help, whatever else is asked for", () => {
    for (const help of ["--help", "-h"]) {
      assertEquals(parseBenchArguments(["--calls", "7", help]), { kind: "help" });
    }
  });

  for (
    const [args, said] of [
      [["--calls", "0"], "--calls: a number from 1 to 200, received 0"],
      [["--calls"], "received nothing"],
      [["--interruptions=2001"], "--interruptions: a number from 1 to 2000, received 2001"],
      [["--seconds", "1e1"], "--seconds: a number from 3 to 300, received 1e1"],
      [["--toString", "1"], "--toString: no such option"],
      [["calls"], "calls: no such option"],
    ] as [string[], string][]
  ) {
    it(`refuses ${args.join(" ")}`, () => {
      const parsed = parseBenchArguments(args);
      assertStringIncludes(parsed.kind === "problem" ? parsed.problem : "", said);
    });
  }
});
