import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ONE_OF_EACH, parseUpArguments } from "./up_options.ts";

const UP = { kind: "up", instances: ONE_OF_EACH, port: 8080, call: false } as const;

describe("parseUpArguments()", () => {
  it("takes one of each service, and port 8080, for granted", () => {
    assertEquals(parseUpArguments([], undefined), UP);
    assertEquals(parseUpArguments([], " "), UP);
  });

  it("takes the port of the environment, and the one of the command line before it", () => {
    assertEquals(parseUpArguments([], "9000"), { ...UP, port: 9000 });
    assertEquals(parseUpArguments(["--port", "0"], "9000"), { ...UP, port: 0 });
    assertEquals(parseUpArguments(["--port=81"], undefined), { ...UP, port: 81 });
  });

  it("counts only what is named", () => {
    const named = { ...UP, instances: { edge: 2, stt: 3, dialog: 0, greetings: 1 }, call: true };
    const list = "edge=2,stt=3,dialog=0";
    assertEquals(parseUpArguments(["--call", "--instances", list], undefined), named);
    assertEquals(parseUpArguments([`--instances=${list}`, "--call"], undefined), named);
  });

  it("gives help, whatever else is asked for", () => {
    for (const help of ["--help", "-h"]) {
      assertEquals(parseUpArguments(["--call", help, "--what"], undefined), { kind: "help" });
    }
  });

  for (
    const [args, said] of [
      [["--instances", "edges=2"], `received "edges=2"`],
      [["--instances", "stt=-1"], `received "stt=-1"`],
      [["--instances", "stt=10"], `received "stt=10"`],
      [["--instances", "stt=2,"], `received ""`],
      [["--instances"], `received ""`],
      [["--instances", "edge=0"], "needs an edge"],
      [["--port", "65536"], "--port is 0 to 65535, received 65536"],
      [["--port", "http"], "received http"],
      [["--port"], "received nothing"],
      [["--cal"], "received --cal"],
      [["up"], "received up"],
    ] as [string[], string][]
  ) {
    it(`refuses ${args.join(" ")}`, () => {
      const parsed = parseUpArguments(args, undefined);
      assertStringIncludes(parsed.kind === "problem" ? parsed.problem : "", said);
    });
  }
});
