import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { business } from "shared/store/business.ts";
import { planDemo } from "./plan.ts";

const text = (length: number) => "long ".repeat(length / 5).trim();

const BUSINESS = business.parse({
  id: "b",
  name: "B",
  called_numbers: ["+15550100002"],
  greeting: { text: "Hello." },
  not_understood: "Sorry?",
  questions: [
    { id: "hours", phrasings: ["when are you open", "hours"], answer: text(200) },
    { id: "short", phrasings: ["where"], answer: "Here." },
    { id: "tours", phrasings: ["tours"], answer: text(300) },
  ],
  keypad: {
    "1": { do: "answer", question: "hours" },
    "2": { do: "answer", question: "short" },
    "3": { do: "say", text: text(900) },
    "4": { do: "answer", question: "tours" },
    "*": { do: "say_again" },
    "#": { do: "goodbye" },
  },
  goodbye: { phrasings: ["goodbye"], text: "Bye." },
  fallback: { do: "say", text: "Later." },
});

describe("planDemo()", () => {
  it("asks by voice, and takes the shortest long answer that was not asked for by voice", () => {
    const plan = planDemo(BUSINESS, true);
    assertEquals(plan.question, { by: "voice", text: "when are you open", expected: text(200) });
    assertEquals([plan.nonsense?.by, plan.nonsense?.expected], ["voice", "Sorry?"]);
    assertEquals(plan.longAnswer, { by: "key", digit: "4", expected: text(300) });
    assertEquals(plan.goodbye, { by: "key", digit: "#", expected: "Bye." });
  });

  it("speaks the business's language when it talks nonsense", () => {
    const plan = planDemo({ ...BUSINESS, language: "he-IL" }, true);
    assertEquals(
      plan.nonsense?.by === "voice" && /\p{Script=Hebrew}/u.test(plan.nonsense.text),
      true,
    );
  });

  it("goes by keypad alone without recognition", () => {
    const plan = planDemo(BUSINESS, false);
    assertEquals(plan.question, { by: "key", digit: "1", expected: text(200) });
    assertEquals(plan.nonsense, undefined);
    assertEquals(plan.longAnswer, { by: "key", digit: "4", expected: text(300) });
  });

  it("asks nothing that a business without keys cannot hear, and says goodbye by voice", () => {
    const plan = planDemo({ ...BUSINESS, keypad: {} }, true);
    assertEquals(plan.longAnswer, undefined);
    assertEquals(plan.goodbye, { by: "voice", text: "goodbye", expected: "Bye." });
    assertEquals(planDemo({ ...BUSINESS, keypad: {} }, false), {
      question: undefined,
      nonsense: undefined,
      longAnswer: undefined,
      goodbye: undefined,
    });
  });
});
