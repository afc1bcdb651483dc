import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { stringify } from "yaml";
import committedSchema from "deploy/businesses/business.schema.json" with { type: "json" };
import { speakerOf } from "./business.ts";
import { businessJsonSchema, parseBusinessFile } from "./business_file.ts";

/** A right file; each case changes one of its lines. */
const RIGHT = `businesses:
  - id: shop
    name: A Shop
    called_numbers: ["+15550000001"]
    greeting:
      text: Hello.
    not_understood: Sorry?
    questions:
      - id: hours
        phrasings: [when are you open, are you open now]
        answer: Always.
    keypad:
      1: { do: answer, question: hours }
      "*": { do: say_again }
    say_again: { phrasings: [say that again] }
    goodbye: { phrasings: [goodbye], text: Bye. }
    fallback: { do: say, text: Call later. }
  - id: office
    name: An Office
    called_numbers: ["+15550000002"]
    greeting: { text: Hello. }
    not_understood: Sorry?
    questions:
      - { id: hours, phrasings: [when are you open], answer: Never. }
    transfer: { phrasings: [a person], text: One moment., number: "+15550000003" }
    keypad:
      0: { do: transfer }
    goodbye: { phrasings: [goodbye], text: Bye. }
    fallback: { do: dial, number: "+15550000003" }
`;

/** What stands in the right file, what replaces it, and the problems that follow. */
const WRONG: readonly [name: string, from: string, to: string, problems: string[]][] = [
  ["a field that is missing", "    not_understood: Sorry?\n", "", [
    "2:5 businesses[0].not_understood: is missing",
  ]],
  ["a field nobody knows", "    name: A Shop", "    name: A Shop\n    nmae: A Shop", [
    "4:5 businesses[0].nmae: there is no such field",
  ]],
  ["a malformed id", "id: shop", "id: a shop", [
    "2:9 businesses[0].id: 1 to 64 of A-Z a-z 0-9 _ -",
  ]],
  ["a malformed number", '["+15550000001"]', '["0500000001", "+1"]', [
    "4:22 businesses[0].called_numbers[0]: a number as +15551234567 (E.164)",
    "4:36 businesses[0].called_numbers[1]: a number as +15551234567 (E.164)",
  ]],
  ["a number without quotes", '["+15550000001"]', "[15550000001]", [
    "4:22 businesses[0].called_numbers[0]: Invalid input: expected string, received number",
  ]],
  ["an empty list", "[when are you open, are you open now]", "[]", [
    "10:20 businesses[0].questions[0].phrasings: Too small: expected array to have >=1 items",
  ]],
  ["a text of spaces", "text: Hello.", 'text: "  "', [
    "6:13 businesses[0].greeting.text: Too small: expected string to have >=1 characters",
  ]],
  ["a key no telephone has", '"*": {', '"A": {', [
    "14:7 businesses[0].keypad.A: there is no such field",
  ]],
  ["an action nobody knows", "do: say_again", "do: dance", [
    "14:18 businesses[0].keypad.*.do: Invalid discriminator value. Expected 'say' | 'answer' | 'say_again' | 'transfer' | 'collect' | 'note' | 'goodbye'",
  ]],
  ["a part of an action that is missing", "do: answer, question: hours", "do: answer", [
    "13:10 businesses[0].keypad.1.question: is missing",
  ]],
  ["an answer to a question that is not there", "question: hours", "question: house", [
    '13:34 businesses[0].keypad.1.question: no question has the id "house"',
  ]],
  ["a transfer key without a transfer section", "do: say_again", "do: transfer", [
    "14:18 businesses[0].keypad.*.do: there is no transfer section to connect with",
  ]],
  ["an id that stands twice", "id: office", "id: shop", [
    '18:9 businesses[1].id: the id "shop" stands twice',
  ]],
  ["a called number that stands twice", '["+15550000002"]', '["+15550000001"]', [
    '20:22 businesses[1].called_numbers[0]: the called number "+15550000001" stands twice',
  ]],
  [
    "a question that stands twice",
    "        answer: Always.\n",
    "        answer: Always.\n      - { id: hours, phrasings: [x], answer: No. }\n",
    ['12:15 businesses[0].questions[1].id: the question "hours" stands twice'],
  ],
  ["a phrasing that stands twice, however written", "[say that again]", "[When  are you OPEN]", [
    '15:30 businesses[0].say_again.phrasings[0]: the phrasing "when are you open" stands twice',
  ]],
  ["a field that stands twice", "    name: A Shop\n", "    name: A Shop\n    name: B\n", [
    "4:5 YAML: Map keys must be unique",
  ]],
  ["a pace nobody understands", "    greeting:\n", "    speaking_rate: 3\n    greeting:\n", [
    "5:20 businesses[0].speaking_rate: Too big: expected number to be <=2",
  ]],
  ["a pace that is no number", "    greeting:\n", "    speaking_rate: slow\n    greeting:\n", [
    "5:20 businesses[0].speaking_rate: Invalid input: expected number, received string",
  ]],
  [
    "engines nobody has",
    "    greeting:\n",
    "    engines: { recognizers: [whisper], synthesizers: [{ engine: espeak }] }\n    greeting:\n",
    [
      '5:30 businesses[0].engines.recognizers[0]: Invalid option: expected one of "google"|"pocketsphinx"',
      '5:65 businesses[0].engines.synthesizers[0].engine: Invalid option: expected one of "google"|"flite"',
    ],
  ],
  [
    "lists of no engine",
    "    greeting:\n",
    "    engines: { recognizers: [], synthesizers: [] }\n    greeting:\n",
    [
      "5:29 businesses[0].engines.recognizers: Too small: expected array to have >=1 items",
      "5:47 businesses[0].engines.synthesizers: Too small: expected array to have >=1 items",
    ],
  ],
  [
    "an engine's setting nobody knows",
    "    greeting:\n",
    "    engines: { synthesizers: [{ engine: google, rate: 2 }], speaker: x }\n    greeting:\n",
    [
      "5:49 businesses[0].engines.synthesizers[0].rate: there is no such field",
      "5:61 businesses[0].engines.speaker: there is no such field",
    ],
  ],
  ["an anchor that is not there", "text: Hello.", "text: *hello", [
    "1:1 YAML: Unresolved alias (the anchor must be set before the alias): hello",
  ]],
];

function problemsOf(text: string): string[] {
  const result = parseBusinessFile(text, "b.yaml");
  assert(result.ok || result.problems.length > 0);
  return result.ok ? [] : result.problems;
}

describe("parseBusinessFile()", () => {
  it("reads a right file and fills the defaults in", () => {
    const result = parseBusinessFile(RIGHT, "b.yaml");
    assert(result.ok);
    const [shop, office] = result.businesses;
    assertEquals([shop?.id, office?.id], ["shop", "office"]);
    assertEquals([shop?.version, shop?.language, shop?.voice], [1, "en-US", "kal"]);
    assertEquals(shop?.greeting, { text: "Hello.", interruptible: false });
    assertEquals(shop?.keypad["1"], { do: "answer", question: "hours" });
  });

  it("reads how a business speaks, and by which engines", () => {
    const engines = `
      recognizers: [google, pocketsphinx]
      synthesizers: [{ engine: google, voice: en-US-Neural2-C }, { engine: flite }]`;
    const changed = `    speaking_rate: 1.25\n    engines:${engines}\n    greeting:\n`;
    const result = parseBusinessFile(RIGHT.replace("    greeting:\n", changed), "b.yaml");
    assert(result.ok);
    const [shop, office] = result.businesses;
    assertEquals(shop?.engines.recognizers, ["google", "pocketsphinx"]);
    assertEquals(speakerOf(shop!), {
      language: "en-US",
      voice: "kal",
      rate: 1.25,
      engines: [{ engine: "google", voice: "en-US-Neural2-C" }, { engine: "flite" }],
    });
    assertEquals(office?.engines, {});
    assertEquals(speakerOf(office!), { language: "en-US", voice: "kal", rate: 1 });
  });

  it("takes every pace from a quarter to the double", () => {
    for (const rate of [0.25, 1, 2]) {
      const text = RIGHT.replace("    greeting:\n", `    speaking_rate: ${rate}\n    greeting:\n`);
      assertEquals(problemsOf(text), []);
    }
    for (const rate of [0, 0.24, 2.01]) {
      const text = RIGHT.replace("    greeting:\n", `    speaking_rate: ${rate}\n    greeting:\n`);
      assertEquals(problemsOf(text).length, 1, `${rate}`);
    }
  });

  for (const [name, from, to, problems] of WRONG) {
    it(`names ${name}`, () => {
      assert(RIGHT.includes(from));
      assertEquals(problemsOf(RIGHT.replace(from, to)), problems.map((each) => `b.yaml:${each}`));
    });
  }

  it("names everything at once, in the order of the file, checks of the right businesses included", () => {
    const text = RIGHT
      .replace("id: shop", "id: a shop")
      .replace("do: say_again", "do: dance")
      .replace("when are you open], answer: Never.", "goodbye], answer: Never.");
    const places = problemsOf(text).map((problem) => problem.split(": ")[0]);
    assertEquals(places, [
      "b.yaml:2:9 businesses[0].id",
      "b.yaml:14:18 businesses[0].keypad.*.do",
      "b.yaml:28:28 businesses[1].goodbye.phrasings[0]",
    ]);
  });

  it("refuses what is no business file at all", () => {
    const texts = ["", "x", "[]", "businesses:", "businesses: []", "a: [", "\t", "--- a\n--- b"];
    for (const text of texts) {
      assert(problemsOf(text).every((each) => /^b\.yaml:\d+:\d+ /.test(each)));
    }
    for (const text of texts) assert(problemsOf(text).length > 0, JSON.stringify(text));
  });

  it("never throws, whatever the text", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.jsonValue({ maxDepth: 4 }).map((value) => stringify({ businesses: [value] })),
      fc.array(fc.constantFrom(...RIGHT.split("\n")), { maxLength: 20 }).map((all) =>
        all.join("\n")
      ),
    );
    fc.assert(fc.property(text, (text) => {
      assert(!parseBusinessFile(text, "b.yaml").ok);
    }));
  });
});

describe("businessJsonSchema()", () => {
  it("is what is committed for editors in deploy/businesses/business.schema.json", () => {
    assertEquals(
      JSON.parse(JSON.stringify(businessJsonSchema())),
      committedSchema as Record<string, unknown>,
      "write it anew: JSON.stringify(businessJsonSchema(), null, 2)",
    );
  });
});
