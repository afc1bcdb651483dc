import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { parseCallsArguments } from "./arguments.ts";

const list = (limit: number, business?: string, json = false) => ({
  kind: "calls",
  request: { command: "list", limit, business, json },
});
const show = (id: string, json = false) => ({
  kind: "calls",
  request: { command: "show", id, json },
});

describe("parseCallsArguments()", () => {
  for (
    const [args, expected] of [
      [["list"], list(20)],
      [["list", "--limit", "5", "--business", "shop", "--json"], list(5, "shop", true)],
      [["--limit=1000", "list", "--business=shop"], list(1_000, "shop")],
      [["show", "CA1"], show("CA1")],
      [["show", "--json", "CA1"], show("CA1", true)],
      [["show", "--help"], { kind: "help" }],
    ] as const
  ) {
    it(`reads ${JSON.stringify(args)}`, () => {
      assertEquals(parseCallsArguments(args) as unknown, expected);
    });
  }

  for (
    const [args, named] of [
      [[], "received nothing"],
      [["delete"], 'received "delete"'],
      [["list", "CA1"], "list: needs nothing"],
      [["list", "--limit", "0"], "--limit"],
      [["list", "--limit", "1001"], "--limit"],
      [["list", "--limit"], "--limit"],
      [["list", "--business"], "--business"],
      [["list", "--all"], "--all: no option of list"],
      [["show"], "show: needs one ID, received 0"],
      [["show", "CA1", "CA2"], "show: needs one ID, received 2"],
      [["show", "CA1", "--limit", "5"], "--limit: no option of show"],
    ] as const
  ) {
    it(`refuses ${JSON.stringify(args)} and says why`, () => {
      const parsed = parseCallsArguments(args);
      assert(parsed.kind === "problem" && parsed.problem.includes(named), JSON.stringify(parsed));
    });
  }

  it("answers anything without throwing", () => {
    fc.assert(fc.property(fc.array(fc.string()), (args) => {
      assert(["help", "problem", "calls"].includes(parseCallsArguments(args).kind));
    }));
  });
});
