import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { toolArguments } from "./tool_arguments.ts";

const parameters = {
  type: "object",
  properties: {
    city: { type: "string", enum: ["Haifa", "Eilat"] },
    people: { type: "integer", minimum: 1 },
    pin: { type: "string", pattern: "^\\d{4}$" },
    stops: { type: "array", items: { type: "string" } },
  },
  required: ["city", "day"],
  additionalProperties: true,
};
const GOOD = { city: "Haifa", day: "today" };

const check = (args: unknown, entries: [string, string][] = []) =>
  toolArguments({ parameters }, args, new Map(entries));

describe("toolArguments()", () => {
  it("gives arguments as they are, without what the schema would add", () => {
    const args = { ...GOOD, people: 2, other: null };
    assertEquals(check(args), { ok: true, value: args });
    const withDefault = { type: "object", properties: { a: { type: "number", default: 3 } } };
    assertEquals(toolArguments({ parameters: withDefault }, {}, new Map()), {
      ok: true,
      value: {},
    });
  });

  const WRONG: readonly [args: unknown, problem: string][] = [
    [{ day: "x" }, 'city: Invalid option: expected one of "Haifa"|"Eilat"'],
    [{ city: "Haifa" }, "day: is missing"],
    [{ ...GOOD, people: 0 }, "people: Too small: expected number to be >=1"],
    [{ ...GOOD, stops: ["a", 1] }, "stops.1: Invalid input: expected string, received number"],
    ["x", "the arguments must be an object"],
    [[], "the arguments must be an object"],
    [undefined, "the arguments must be an object"],
    [{ ...GOOD, pin: "{{entry_2}}" }, "nothing was entered as {{entry_2}}"],
  ];
  for (const [args, problem] of WRONG) {
    it(`refuses ${JSON.stringify(args)}`, () => {
      const expected = { ok: false as const, problem: `Cannot use the tool: ${problem}` };
      assertEquals(check(args, [["entry_1", "1234"]]), expected);
    });
  }

  it("fills in what was entered, in whole texts only, at any depth", () => {
    const args = { ...GOOD, pin: "{{entry_1}}", stops: ["{{entry_2}}", "at {{entry_2}}"] };
    assertEquals(check(args, [["entry_1", "1234"], ["entry_2", "77"]]), {
      ok: true,
      value: { ...GOOD, pin: "1234", stops: ["77", "at {{entry_2}}"] },
    });
    assertEquals(args.pin, "{{entry_1}}");
  });

  it("checks what was entered, and never names it", () => {
    const checked = check({ ...GOOD, pin: "{{entry_1}}", city: "{{entry_1}}" }, [[
      "entry_1",
      "98765",
    ]]);
    assert(!checked.ok);
    assert(checked.problem.includes("pin: ") && checked.problem.includes("city: "));
    assert(!checked.problem.includes("98765"), checked.problem);
  });

  it("refuses everything where the tool's own parameters are no schema", () => {
    const checked = toolArguments({ parameters: { type: "objet" } }, {}, new Map());
    assert(!checked.ok && checked.problem.includes("no JSON schema"));
  });

  it("bounds its problem", () => {
    const args = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, 1]));
    const closed = { type: "object", properties: {}, additionalProperties: false };
    const checked = toolArguments({ parameters: closed }, args, new Map());
    assert(!checked.ok && checked.problem.length === 500);
  });
});
