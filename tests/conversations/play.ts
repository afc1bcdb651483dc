/** Plays conversations, with their timelines: `deno run … tests/conversations/play.ts [--real] NAME…` */
import { conversationNames, readScript } from "./conversation_files.ts";
import { runConversation } from "./run_conversation.ts";

const time = Deno.args.includes("--real") ? "real" : "fake";
const named = Deno.args.filter((word) => word !== "--real");
for (const name of named.length > 0 ? named : conversationNames()) {
  const timeline = await runConversation(readScript(name), time);
  console.log(`${name}\n${timeline}\n`);
}
