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
