import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Business } from "shared/store/business.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { meaningOf, toolsOf } from "./call_tools.ts";

const TRANSFERS = [
  { id: "sales", number: "+15550100003", description: "Sells bikes" },
  { id: "repairs", number: "+15550100004", description: "Mends bikes" },
];
const PARAMETERS = { type: "object", properties: { day: { type: "string" } } };
const shop = sampleBusiness({
  transfers: TRANSFERS,
  tools: ["book", "end_call"].map((name) => ({
    ...{ name, description: `Does ${name}`, url: "https://a.test/", timeout_ms: 5_000 },
    parameters: PARAMETERS,
  })),
});
const { transfer: _, ...unconnected } = sampleBusiness({});

function meaning(name: string, args: unknown, { business = shop as Business, text = "" } = {}) {
  const call = { name, arguments: JSON.stringify(args) };
  return meaningOf({ id: "1", type: "function", function: call }, business, text);
}

function entry(args: Record<string, unknown>) {
  const meant = meaning("collect_digits", { prompt: "Enter it", ...args });
  assert(meant.do === "end" && meant.then.do === "collect");
  return meant.then.entry;
}

describe("toolsOf()", () => {
  it("has ours, then those of the business, with their own schema", () => {
    const tools = toolsOf(shop).map((tool) => tool.function);
    assertEquals(tools.map(({ name }) => name), [
      ...["end_call", "transfer_call", "collect_digits", "leave_note", "book"],
    ]);
    assertEquals(tools[4], { name: "book", description: "Does book", parameters: PARAMETERS });
  });

  it("names whom one can be connected with, never a number", () => {
    const transfer = toolsOf(shop)[1]!.function;
    assertEquals(transfer.parameters.properties, {
      to: { type: "string", enum: ["default", "sales", "repairs"] },
    });
    assertStringIncludes(transfer.description, "sales: Sells bikes");
    assert(!JSON.stringify(toolsOf(shop)).includes("+1555"));
  });

  it("has no transfer where there is nobody", () => {
    assert(toolsOf(unconnected).every((tool) => tool.function.name !== "transfer_call"));
    assertEquals(meaning("transfer_call", { to: "default" }, { business: unconnected }), {
      do: "refuse",
      problem: "There is no tool of this name",
    });
  });
});

describe("meaningOf()", () => {
  it("connects with the number of the business that has this name", () => {
    const to = (name: unknown, text = "One moment.") =>
      meaning("transfer_call", { to: name }, { text });
    assertEquals(to("repairs"), {
      ...{ do: "end", words: "" },
      then: { do: "transfer", to: "+15550100004" },
    });
    assertEquals(to("default", " "), {
      ...{ do: "end", words: "I connect you now." },
      then: { do: "transfer", to: "+15550100002" },
    });
    for (const unknown of ["+15550100004", "", undefined, 3]) {
      assertEquals(to(unknown).do, "refuse");
    }
  });

  it("connects with sales where a business has only such people", () => {
    const business = { ...unconnected, transfers: TRANSFERS };
    assertEquals(meaning("transfer_call", { to: "sales" }, { business }), {
      ...{ do: "end", words: "" },
      then: { do: "transfer", to: "+15550100003" },
    });
    assertEquals(meaning("transfer_call", { to: "default" }, { business }).do, "refuse");
  });

  it("keeps what is to be entered within bounds", () => {
    const usual = { minDigits: 1, maxDigits: 32, terminator: "#", timeoutMs: 5_000, tool: null };
    assertEquals(entry({}), { ...usual, terminator: "#" });
    assertEquals(entry({ min_digits: 0, max_digits: 50, timeout_seconds: 0 }), {
      ...{ ...usual, terminator: "#" },
      timeoutMs: 1_000,
    });
    assertEquals(
      entry({ min_digits: 9, max_digits: "4", terminator: "none", timeout_seconds: 999 }),
      {
        ...usual,
        ...{ minDigits: 4, maxDigits: 4, terminator: null, timeoutMs: 60_000 },
      },
    );
    assertEquals(entry({ terminator: "*", min_digits: "x" }).terminator, "*");
  });

  it("asks for digits once, and never without a word", () => {
    const words = (prompt: string, text: string) => {
      const meant = meaning("collect_digits", { prompt }, { text });
      return meant.do === "end" ? meant.words : meant.do;
    };
    assertEquals(words("Enter it.", "Sure."), "Enter it.");
    assertEquals(words("Enter it.", "Sure. Enter it."), "");
    assertEquals(words("", "Enter it."), "");
    assertEquals(words("", " "), "refuse");
  });
});
