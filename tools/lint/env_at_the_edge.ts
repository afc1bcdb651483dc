/** `kav/env`: only `main.ts` files of services and `deploy/` read the environment. */
import { lastName, propertyName } from "./globals.ts";
import { repoPath } from "./repo_path.ts";

const MAY_READ = [/^services\/[^/]+\/main\.ts$/, /^deploy\/.*(?<!_test)\.ts$/];
const OWNERS = new Set(["Deno", "process"]);

export const envAtTheEdge: Deno.lint.Rule = {
  create(context) {
    const path = repoPath(context.filename);
    if (MAY_READ.some((pattern) => pattern.test(path))) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({
        node,
        message: "Cannot read the environment here: main.ts and deploy/ do, and hand settings on",
      });
    return {
      MemberExpression(node) {
        const owner = lastName(node.object);
        if (owner && OWNERS.has(owner) && propertyName(node) === "env") report(node);
      },
      VariableDeclarator(node) {
        const owner = node.init && lastName(node.init);
        if (!owner || !OWNERS.has(owner) || node.id.type !== "ObjectPattern") return;
        const takesEnv = node.id.properties.some((property) =>
          property.type === "Property" && lastName(property.key) === "env"
        );
        if (takesEnv) report(node);
      },
      'ImportDeclaration[source.value="node:process"] > ImportSpecifier[imported.name="env"]'(
        node: Deno.lint.ImportSpecifier,
      ) {
        report(node);
      },
    };
  },
};
