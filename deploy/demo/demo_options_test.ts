import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type DemoArguments, parseDemoArguments } from "./demo_options.ts";

const CASES: [args: string[], expected: DemoArguments][] = [
  [[], { kind: "demo", engines: "configured" }],
  [["--engines", "google-emulator"], { kind: "demo", engines: "google-emulator" }],
  [["--engines=google-emulator"], { kind: "demo", engines: "google-emulator" }],
  [["--engines", "configured"], { kind: "demo", engines: "configured" }],
  [["--engines", "google-emulator", "--help"], { kind: "help" }],
  [["-h"], { kind: "help" }],
  [["--engines", "siri"], {
    kind: "problem",
    problem: "Cannot start: --engines is one of configured, google-emulator, received siri",
  }],
  [["--engines"], {
    kind: "problem",
    problem: "Cannot start: --engines is one of configured, google-emulator, received nothing",
  }],
  [["--engine"], {
    kind: "problem",
    problem: "Cannot start: options are --engines and --help, received --engine",
  }],
];

describe("parseDemoArguments()", () => {
  for (const [args, expected] of CASES) {
    it(`takes ${JSON.stringify(args)}`, () => assertEquals(parseDemoArguments(args), expected));
  }
});
