/** `kav/no-console`: services and `shared/` write through `Log` or an injected writer; `main.ts` wires it. */
import { isReference } from "./globals.ts";
import { isTest, repoPath } from "./repo_path.ts";

const WATCHED = /^(services|shared)\//;
const MAIN = /^services\/[^/]+\/main\.ts$/;

export const noConsole: Deno.lint.Rule = {
  create(context) {
    const path = repoPath(context.filename);
    if (!WATCHED.test(path) || MAIN.test(path) || isTest(path)) return {};
    return {
      Identifier(node) {
        if (node.name !== "console" || !isReference(node)) return;
        context.report({ node, message: "Cannot use console here: take a Log or a writer" });
      },
    };
  },
};
