import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { parseBusinessArguments } from "./arguments.ts";

const business = (request: unknown, api?: string) => ({ kind: "business", request, api });

describe("parseBusinessArguments()", () => {
  for (
    const [args, expected] of [
      [["list"], business({ command: "list", json: false })],
      [["--json", "list"], business({ command: "list", json: true })],
      [["show", "shop"], business({ command: "show", id: "shop", json: false })],
      [["set", "-"], business({ command: "set", file: "-", force: false })],
      [["set", "--force", "a.yaml"], business({ command: "set", file: "a.yaml", force: true })],
      [["import", "a.yaml"], business({ command: "import", file: "a.yaml", force: false })],
      [["delete", "a"], business({ command: "delete", id: "a", version: undefined })],
      [["delete", "a", "--version=3"], business({ command: "delete", id: "a", version: 3 })],
      [
        ["list", "--api", "https://kav.test"],
        business({ command: "list", json: false }, "https://kav.test"),
      ],
      [["list", "-h"], { kind: "help" }],
      [["--help"], { kind: "help" }],
    ] as const
  ) {
    it(`reads ${JSON.stringify(args)}`, () => {
      assertEquals(parseBusinessArguments(args) as unknown, expected);
    });
  }

  for (
    const [args, named] of [
      [[], "list, show, set, import, delete, received nothing"],
      [["get", "a"], 'received "get"'],
      [["toString"], 'received "toString"'],
      [["list", "shop"], "list: needs nothing"],
      [["show"], "show: needs one ID, received 0"],
      [["show", ""], "show: needs one ID"],
      [["show", "a", "b"], "show: needs one ID, received 2"],
      [["set"], "set: needs one FILE"],
      [["list", "--force"], "--force: no option of list"],
      [["set", "a", "--json"], "--json: no option of set"],
      [["show", "a", "--version", "2"], "--version: no option of show"],
      [["delete", "a", "--version", "0"], "--version"],
      [["delete", "a", "--version"], "--version"],
      [["list", "--api", "kav.test"], "--api"],
      [["list", "--verbose"], "--verbose"],
    ] as const
  ) {
    it(`refuses ${JSON.stringify(args)} and says why`, () => {
      const parsed = parseBusinessArguments(args);
      assert(parsed.kind === "problem" && parsed.problem.includes(named), JSON.stringify(parsed));
    });
  }

  it("answers anything without throwing", () => {
    fc.assert(fc.property(fc.array(fc.string()), (args) => {
      assert(["help", "problem", "business"].includes(parseBusinessArguments(args).kind));
    }));
  });
});
