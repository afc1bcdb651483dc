import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { business, spokenPhrases } from "./business.ts";

/** As it was stored before there were prompts, facts and hints. */
const STORED = {
  id: "shop",
  version: 3,
  name: "A Shop",
  called_numbers: ["+15550000001"],
  language: "he-IL",
  voice: "kal",
  speaking_rate: 1,
  engines: {},
  greeting: { text: "שלום", interruptible: false },
  not_understood: "?מה אמרת",
  questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
  keypad: {},
  say_again: { phrasings: ["again"] },
  transfer: { phrasings: ["a person"], text: "One moment.", number: "+15550000003" },
  goodbye: { phrasings: ["goodbye"], text: "Bye." },
  fallback: { do: "dial", number: "+15550000003" },
};

/** The greeting as it is read, or what is wrong with it. */
function greetingOf(text: string): string {
  const { data, error } = business.safeParse({ ...STORED, greeting: { text } });
  if (data) return data.greeting.text;
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

describe("business.greeting.text", () => {
  it("is any text with a letter or digit, as it is, without the spaces around it", () => {
    for (
      const text of [
        "שלום וברוכים הבאים ל-Kav, your bicycle shop ב-Tel Aviv!",
        '<speak>Hi & "bye" <break time="1s"/></speak> ]]> &amp; \\',
        "👋 Hello 🙂",
        "24/7",
        "a".repeat(5_000),
        "ש".repeat(2_500),
      ]
    ) {
      assertEquals(greetingOf(text), text);
      assertEquals(greetingOf(` \n${text}\t`), text);
    }
  });

  it("is not empty", () => {
    for (const text of ["", " \n\t "]) {
      assertEquals(
        greetingOf(text),
        "greeting.text: Too small: expected string to have >=1 characters",
      );
    }
  });

  it("is at most 5,000 bytes, whatever its letters", () => {
    assertEquals(
      greetingOf("a".repeat(5_001)),
      "greeting.text: Too big: expected string to have <=5000 characters",
    );
    for (const text of ["ש".repeat(2_501), "ש".repeat(2_600), `${"a".repeat(4_998)}שש`]) {
      assertEquals(greetingOf(text), "greeting.text: at most 5000 bytes of UTF-8");
    }
  });

  it("is not only what nobody can speak", () => {
    for (const text of ["👋🙂", "👨‍👩‍👧", "...", "–", "\u200f", "<>"]) {
      assertEquals(greetingOf(text), "greeting.text: a letter or digit: nothing else is spoken");
    }
  });
});

describe("business", () => {
  it("understands what was stored before there were prompts, facts and hints", () => {
    const read = business.parse(JSON.parse(JSON.stringify(STORED)));
    assertEquals(read, {
      ...STORED,
      fallback: { do: "dial", number: "+15550000003" },
      system_prompt: "",
      facts: [],
      phrase_hints: [],
      transfers: [],
      tools: [],
    });
  });

  it("takes a tool with a schema of its own, a secret and a time", () => {
    const tool = { name: "find_order", description: "Finds", url: "https://tools.example.com/" };
    const read = (changes: Record<string, unknown>) =>
      business.safeParse({ ...STORED, tools: [{ ...tool, ...changes }] }).data?.tools;
    const parameters = { type: "object", properties: {} };
    assertEquals(read({}), [{ ...tool, parameters, timeout_ms: 5_000 }]);
    assert(read({ secret: "a".repeat(16), timeout_ms: 100 }));
    const wrong = [
      ...[{ name: "Find" }, { name: "1" }, { url: "ftp://a/" }, { url: "a" }],
      ...[{ secret: "a".repeat(15) }, { timeout_ms: 99 }, { parameters: "x" }, { header: "x" }],
    ];
    for (const changes of wrong) assertEquals(read(changes), undefined, JSON.stringify(changes));
  });

  it("takes keys that ask for digits or a note", () => {
    const keypad = {
      1: { do: "collect", text: "Digits?", digits: { max: 4 }, tool: "find_order", thanks: "Ok." },
      2: { do: "note", text: "Say it.", thanks: "Ok." },
    };
    const digits = { min: 1, max: 4, terminator: "#", timeout_ms: 5_000 };
    assertEquals(
      business.parse({ ...STORED, keypad }).keypad["1"],
      { ...keypad[1], digits } as never,
    );
  });

  it("bounds prompts, facts and hints", () => {
    const reads = (fields: Record<string, unknown>) =>
      business.safeParse({ ...STORED, ...fields }).success;
    assert(reads({ system_prompt: "a".repeat(20_000), facts: ["a".repeat(2_000)] }));
    assert(reads({ facts: Array(500).fill("a fact"), phrase_hints: Array(1_000).fill("Kav") }));
    assert(!reads({ system_prompt: "a".repeat(20_001) }));
    assert(!reads({ facts: ["a".repeat(2_001)] }));
    assert(!reads({ facts: Array(501).fill("a fact") }));
    assert(!reads({ facts: [" "] }));
    assert(!reads({ phrase_hints: Array(1_001).fill("Kav") }));
    assert(!reads({ phrase_hints: ["a".repeat(201)] }));
  });
});

describe("spokenPhrases()", () => {
  it("are those with a meaning for the dialog, not the hints", () => {
    const read = business.parse({ ...STORED, phrase_hints: ["Kav"] });
    assertEquals(spokenPhrases(read), ["when are you open", "again", "a person", "goodbye"]);
  });
});
