/** What the tests of the rules share. */
import plugin from "./kav_plugin.ts";

export const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The messages of one rule for a file of this repository with the given content. */
export function messagesOf(rule: string, path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source)
    .filter(({ id }) => id === `kav/${rule}`)
    .map(({ message }) => message);
}

/** Whether this file of the repository exists; a rule's selector must not go stale. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(ROOT + path).isFile;
  } catch {
    return false;
  }
}

/** All TypeScript files under a folder of the repository, as paths from its root. */
export function filesUnder(folder: string): string[] {
  const found: string[] = [];
  for (const entry of Deno.readDirSync(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "node_modules") found.push(...filesUnder(path));
    else if (entry.name.endsWith(".ts")) found.push(path);
  }
  return found.sort();
}
