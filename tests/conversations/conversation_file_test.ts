import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readConversation } from "./conversation_file.ts";

describe("readConversation()", () => {
  it("gives times in milliseconds, moments as they are meant, and the defaults", () => {
    const { caller, engines, settle } = readConversation(
      `name: a
caller:
  - { after: greeting, then: 500ms, say: hello }
  - { during: answer 1 word 2, hang_up: true }
expect: { end: caller }`,
      "a.yaml",
    );
    assertEquals(caller[0], {
      after: { of: "utterance", number: 0, end: true },
      then: 500,
      say: { text: "hello", frames_per_word: 12, heard_as: "words" },
    });
    assertEquals(caller[1]?.during, { of: "word", utterance: 1, word: 2 });
    assertEquals([engines, settle], [
      { partial: 100, final: 300, synthesis: 0, network: 0 },
      3_000,
    ]);
  });

  it("names everything that is wrong, and where", () => {
    const error = assertThrows(() =>
      readConversation(
        `name: a
caller:
  - { after: sometime, say: hello }
  - { wait: 1s, press: "1" }
  - { wait: long }
expect: { end: caller, herd: [] }`,
        "a.yaml",
      )
    );
    const { message } = error as Error;
    for (
      const problem of [
        'a.yaml:\n3:14 caller[0].after: a moment as "answer 1 word 5"',
        "caller[1]: one of say, press",
        "5:13 caller[2].wait: a time as 500ms",
        "6:24 expect.herd: there is no such field",
      ]
    ) {
      assertEquals(message.includes(problem), true, message);
    }
  });
});
