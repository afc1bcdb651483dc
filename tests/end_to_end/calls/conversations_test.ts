import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { readScript } from "../../conversations/conversation_files.ts";
import { runConversation } from "../../conversations/run_conversation.ts";

/** They take as long as the longest of them. */
const NAMES = [
  "greeting_and_one_answer",
  "interruption_in_the_middle_of_an_answer",
  "key_in_the_middle_of_an_answer",
  "keypad_entry",
  "model_history_after_an_interruption",
  "transfer",
];

describe("conversations in real time, over real sockets", () => {
  let outcomes: Promise<PromiseSettledResult<string>>[] = [];

  beforeAll(() => {
    outcomes = NAMES.map(async (name) =>
      (await Promise.allSettled([runConversation(readScript(name), "real")]))[0]
    );
  });

  afterAll(async () => {
    await Promise.all(outcomes);
  });

  NAMES.forEach((name, i) => {
    it(name.replaceAll("_", " "), async () => {
      const outcome = await outcomes[i]!;
      if (outcome.status === "rejected") throw outcome.reason;
    });
  });
});
