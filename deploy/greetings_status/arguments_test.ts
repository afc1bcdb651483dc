import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseStatusArguments } from "./arguments.ts";

const status = (json: boolean, waitSeconds: number, api?: string) => ({
  kind: "status",
  request: { json, waitSeconds },
  api,
});

describe("parseStatusArguments()", () => {
  for (
    const [args, expected] of [
      [[], status(false, 0)],
      [["--json", "--wait", "30"], status(true, 30)],
      [["--wait=5", "--api=http://h:1"], status(false, 5, "http://h:1")],
      [["--help"], { kind: "help" }],
    ] as const
  ) {
    it(`reads ${JSON.stringify(args)}`, () => {
      assertEquals(parseStatusArguments(args) as unknown, expected);
    });
  }

  for (
    const [args, named] of [
      [["shop"], "shop: no such option"],
      [["--follow"], "--follow: no such option"],
      [["--wait"], "--wait"],
      [["--wait", "0"], "--wait"],
      [["--wait", "1.5"], "--wait"],
      [["--wait", "99999"], "--wait"],
      [["--api"], "--api"],
      [["--api", "nats://h"], "--api"],
    ] as const
  ) {
    it(`refuses ${JSON.stringify(args)} and says why`, () => {
      const parsed = parseStatusArguments(args);
      assert(parsed.kind === "problem" && parsed.problem.includes(named), JSON.stringify(parsed));
    });
  }
});
