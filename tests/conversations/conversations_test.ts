import { describe, it } from "@std/testing/bdd";
import { conversationNames, readScript } from "./conversation_files.ts";
import { runConversation } from "./run_conversation.ts";

describe("conversations", () => {
  for (const name of conversationNames()) {
    it(name.replaceAll("_", " "), async () => {
      await runConversation(readScript(name), "fake");
    });
  }
});
