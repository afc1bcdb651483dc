import { type ConversationFile, readConversation } from "./conversation_file.ts";

const SCRIPTS = new URL("scripts/", import.meta.url);
const SUFFIX = ".yaml";

/** The conversations there are, without the suffix of their files. */
export function conversationNames(): string[] {
  return [...Deno.readDirSync(SCRIPTS)].map(({ name }) => name)
    .filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length)).sort();
}

/** @throws {TypeError} that names what is wrong with it. */
export function readScript(name: string): ConversationFile {
  return readConversation(Deno.readTextFileSync(new URL(name + SUFFIX, SCRIPTS)), name + SUFFIX);
}
