import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Business, business } from "./business.ts";
import { checkBusiness, checkBusinesses } from "./business_checks.ts";
import { pathText } from "./yaml_positions.ts";

const [ONE, TWO] = ["+15550000001", "+15550000002"] as const;

function shop(id: string, ...numbers: string[]): Business {
  return business.parse({
    id,
    name: "A Shop",
    called_numbers: numbers,
    greeting: { text: "Hello." },
    not_understood: "Sorry?",
    questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
    keypad: { 1: { do: "answer", question: "house" } },
    goodbye: { phrasings: ["When are  you open"], text: "Bye." },
    fallback: { do: "say", text: "Call later." },
  });
}

const placesOf = (problems: ReturnType<typeof checkBusiness>) =>
  problems.map(({ path }) => pathText(path));

describe("checkBusiness()", () => {
  it("names what is wrong in one business, from its own fields on", () => {
    assertEquals(placesOf(checkBusiness(shop("a", ONE, TWO, ONE))), [
      "called_numbers[2]",
      "goodbye.phrasings[0]",
      "keypad.1.question",
    ]);
  });

  it("begins each path where it is told that the business stands", () => {
    assertEquals(placesOf(checkBusiness(shop("a", ONE), ["businesses", 3])), [
      "businesses[3].goodbye.phrasings[0]",
      "businesses[3].keypad.1.question",
    ]);
  });
});

describe("checkBusiness() of keys and tools", () => {
  const collect = (tool: string, min: number, max: number) => ({
    do: "collect",
    text: "Your number?",
    digits: { min, max },
    tool,
    thanks: "Thanks.",
  });
  const tool = (name: string, changes: Record<string, unknown> = {}) => ({
    name,
    description: "Finds an order",
    url: "https://tools.example.com/order",
    ...changes,
  });
  const desk = (id: string) => ({ id, number: TWO, description: "The desk" });
  const problems = (keypad: Record<string, unknown>, rest: Record<string, unknown> = {}) => {
    const { keypad: _, goodbye, ...whole } = shop("a", ONE);
    const own = business.parse({
      ...whole,
      goodbye: { ...goodbye, phrasings: ["goodbye"] },
      keypad,
      ...rest,
    });
    return checkBusiness(own).map(({ path, message }) => `${pathText(path)}: ${message}`);
  };

  it("finds nothing wrong with references to what is there", () => {
    const keypad = {
      1: { do: "transfer", to: "desk" },
      2: collect("find_order", 4, 4),
      3: { do: "note", text: "Leave a note.", thanks: "Thanks." },
    };
    const rest = {
      transfers: [desk("desk"), desk("other")],
      tools: [tool("find_order"), tool("b")],
    };
    assertEquals(problems(keypad, rest), []);
  });

  it("names every reference to what is not there", () => {
    const keypad = {
      1: { do: "transfer", to: "desk" },
      2: collect("find", 1, 4),
      3: { do: "transfer" },
    };
    assertEquals(problems(keypad, { transfers: [desk("other")], tools: [tool("find_order")] }), [
      'keypad.1.to: no transfer has the id "desk"',
      'keypad.2.tool: no tool has the name "find"',
      "keypad.3.do: there is no transfer section to connect with",
    ]);
  });

  it("names fewer digits at most than at least", () => {
    assertEquals(problems({ 2: collect("a", 5, 4) }, { tools: [tool("a")] }), [
      "keypad.2.digits.min: at most max, which is 4",
    ]);
  });

  it("names what stands twice, and names of tools that Kav has itself", () => {
    const transfers = [desk("desk"), desk("desk")];
    const tools = ["a", "a", "end_call", "transfer_call", "collect_digits", "leave_note"];
    assertEquals(problems({}, { transfers, tools: tools.map((name) => tool(name)) }), [
      'transfers[1].id: the transfer "desk" stands twice',
      'tools[1].name: the tool "a" stands twice',
      ...tools.slice(2).map((name, i) => `tools[${i + 2}].name: Kav has a tool ${name} of its own`),
    ]);
  });

  it("names parameters that are no schema of an object, or more than can be checked", () => {
    const tools = [
      { type: "object", properties: { a: { type: "string" } } },
      { type: "string" },
      { properties: {} },
      { type: "object", properties: { a: { type: "text" } } },
    ].map((parameters, i) => tool(`t${i}`, { parameters }));
    assertEquals(problems({}, { tools }), [
      "tools[1].parameters: a JSON schema of type object",
      "tools[2].parameters: a JSON schema of type object",
      "tools[3].parameters: a JSON schema that can be checked: Unsupported type: text",
    ]);
  });

  it("names a password in an address", () => {
    const tools = [tool("a", { url: "https://me:secret@tools.example.com/" })];
    assertEquals(problems({}, { tools }), [
      "tools[0].url: no user and password: whoever reads the business would see them",
    ]);
  });
});

describe("checkBusinesses()", () => {
  it("names a number once, whether one business has it twice or two have it", () => {
    const problems = checkBusinesses([shop("a", ONE, ONE), undefined, shop("b", TWO, ONE)]);
    const numbers = problems.filter(({ path }) => path.includes("called_numbers"));
    assertEquals(placesOf(numbers).sort(), [
      "businesses[0].called_numbers[1]",
      "businesses[2].called_numbers[1]",
    ]);
  });
});
