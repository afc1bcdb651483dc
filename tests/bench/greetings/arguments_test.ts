import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ONE_OF_EACH } from "deploy/local/up_options.ts";
import { parseBenchArguments } from "./arguments.ts";

const BENCH = {
  kind: "bench",
  size: { calls: 500, seconds: 10, businesses: 50 },
  instances: ONE_OF_EACH,
} as const;

describe("parseBenchArguments()", () => {
  it("takes the load that was promised for granted", () => {
    assertEquals(parseBenchArguments([]), BENCH);
  });

  it("takes another load, and other instances", () => {
    const args = ["--calls=2000", "--seconds", "60", "--businesses=1", "--instances", "stt=2"];
    const size = { calls: 2000, seconds: 60, businesses: 1 };
    const instances = { ...ONE_OF_EACH, stt: 2 };
    assertEquals(parseBenchArguments(args), { ...BENCH, size, instances });
  });

  it("gives help, whatever else is asked for", () => {
    for (const help of ["--help", "-h"]) {
      assertEquals(parseBenchArguments(["--calls", "7", help]), { kind: "help" });
    }
  });

  for (
    const [args, said] of [
      [["--calls", "2001"], "--calls: a number from 1 to 2000, received 2001"],
      [["--calls", "0"], "received 0"],
      [["--calls", "-1"], "received -1"],
      [["--calls", "1e3"], "received 1e3"],
      [["--calls"], "received nothing"],
      [["--seconds=61"], "--seconds: a number from 1 to 60, received 61"],
      [["--seconds=0.5"], "received 0.5"],
      [["--businesses=501"], "--businesses: a number from 1 to 500, received 501"],
      [["--instances", "edge=0"], "needs an edge"],
      [["--instances", "dialog=0"], "at least one of each"],
      [["--instances", "what=1"], "what=1"],
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
