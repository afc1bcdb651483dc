import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readPromptEvent } from "./prompt_event.ts";

const SUBJECT = "kav.prompt.changed.shop";

function read(data: string | Uint8Array, subject = SUBJECT) {
  return readPromptEvent(subject, typeof data === "string" ? new TextEncoder().encode(data) : data);
}

describe("readPromptEvent()", () => {
  it("reads whose prompt has changed", () => {
    const value = { business_id: "shop", version: 7 };
    assertEquals(read(JSON.stringify(value)), { ok: true, value });
  });

  const bad: readonly (readonly [problem: string, data: string | Uint8Array, subject?: string])[] =
    [
      ["not JSON", "{"],
      ["not JSON", new Uint8Array([0xff, 0xfe])],
      ["version:", '{"business_id":"shop"}'],
      ["business_id:", '{"business_id":"no spaces","version":1}'],
      ["business_id:", '{"business_id":"","version":1}', "kav.prompt.changed."],
      ["business_id: is not the business of the subject", '{"business_id":"other","version":1}'],
      ["(root):", "[]"],
    ];
  for (const [problem, data, subject] of bad) {
    it(`names what is wrong with ${data}: ${problem}`, () => {
      const result = read(data, subject);
      assertEquals(!result.ok && result.problem.startsWith(problem), true, JSON.stringify(result));
    });
  }
});
