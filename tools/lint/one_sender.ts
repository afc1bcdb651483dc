/**
 * `kav/one-sender`: nothing but `services/ws-edge/tx/writer.ts` sends on a call's WebSocket.
 *
 * A linter knows no types, so the rule goes by the name: outside of the writer, product code does not touch
 * a member called `send` at all. Methods of our own are called otherwise. Tests and `shared/testing`, which
 * play the far side, are exempt.
 */
import { propertyName } from "./globals.ts";
import { isTest, repoPath } from "./repo_path.ts";

const SENDER = "services/ws-edge/tx/writer.ts";
const WATCHED = /^(services|shared|deploy)\//;
const FAR_SIDE = /^shared\/testing\//;

export const oneSender: Deno.lint.Rule = {
  create(context) {
    const path = repoPath(context.filename);
    if (path === SENDER || !WATCHED.test(path) || FAR_SIDE.test(path) || isTest(path)) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({ node, message: `Cannot touch .send here: only ${SENDER} sends` });
    return {
      MemberExpression(node) {
        if (propertyName(node) === "send") report(node);
      },
      'ObjectPattern > Property[key.name="send"]'(node: Deno.lint.Property) {
        report(node);
      },
    };
  },
};
