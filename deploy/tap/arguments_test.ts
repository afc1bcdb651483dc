import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { parseTapArguments } from "./arguments.ts";

const DEFAULTS = {
  kind: "tap",
  subject: "kav.telemetry.>",
  server: undefined,
  json: false,
  count: undefined,
} as const;

describe("parseTapArguments()", () => {
  for (
    const [args, expected] of [
      [[], DEFAULTS],
      [["kav.event.>"], { ...DEFAULTS, subject: "kav.event.>" }],
      [["--json", "--count", "3"], { ...DEFAULTS, json: true, count: 3 }],
      [["--count=1", "a.*.b"], { ...DEFAULTS, count: 1, subject: "a.*.b" }],
      [["--server", "nats://u:p@h:1"], { ...DEFAULTS, server: "nats://u:p@h:1" }],
      [["--server=tls://h"], { ...DEFAULTS, server: "tls://h" }],
      [["a", "--help"], { kind: "help" }],
      [["-h"], { kind: "help" }],
    ] as const
  ) {
    it(`reads ${JSON.stringify(args)}`, () => assertEquals(parseTapArguments(args), expected));
  }

  for (
    const [args, named] of [
      [["--count"], "--count"],
      [["--count", "0"], "--count"],
      [["--count", "1.5"], "--count"],
      [["--count", "all"], "--count"],
      [["--server"], "--server"],
      [["--server", "localhost"], "--server"],
      [["--server=http://h"], "--server"],
      [["--follow"], "--follow: no such option"],
      [["a..b"], '"a..b": not a subject'],
      [["a b"], '"a b": not a subject'],
      [["a", "b"], "one subject at a time, received 2"],
    ] as const
  ) {
    it(`refuses ${JSON.stringify(args)} and says why`, () => {
      const parsed = parseTapArguments(args);
      assert(parsed.kind === "problem");
      assert(parsed.problem.includes(named), parsed.problem);
    });
  }

  it("does not repeat the password of an address that it refuses", () => {
    const parsed = parseTapArguments(["--server", "http://tap:hush@host"]);
    assert(parsed.kind === "problem" && !parsed.problem.includes("hush"));
  });

  it("answers anything without throwing", () => {
    fc.assert(fc.property(fc.array(fc.string()), (args) => {
      assert(["help", "problem", "tap"].includes(parseTapArguments(args).kind));
    }));
  });
});
