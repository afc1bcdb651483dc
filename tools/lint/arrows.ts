/**
 * `kav/arrows`: imports point only left in
 * `clock <- media <- {bus, store, speech} <- runtime <- services/* <- deploy`.
 *
 * - Folders side by side (`bus`, `store`, `speech`; the services) do not import each other.
 * - `shared/testing` stands on `shared/`; only tests, `deploy` and itself import it.
 * - Only tests import `tests/` and a service's own `testing/`; only `tools/` itself and tests import `tools/`.
 * - A file outside of these folders has no place yet: give it one here.
 */
import { importVisitor } from "./imports.ts";
import { isTest, repoPath, resolveImport } from "./repo_path.ts";

interface Part {
  readonly name: string;
  /** Imports go to lower ranks, or stay inside the part. */
  readonly rank: number;
}

const PARTS: readonly (readonly [folder: RegExp, rank: number])[] = [
  [/^shared\/clock(?=\/)/, 0],
  [/^shared\/media(?=\/)/, 1],
  [/^shared\/(bus|store|speech)(?=\/)/, 2],
  [/^shared\/runtime(?=\/)/, 3],
  [/^shared\/testing(?=\/)/, 4],
  [/^services\/[^/]+(?=\/)/, 5],
  [/^deploy(?=\/)/, 6],
  [/^tools(?=\/)/, 7],
  [/^tests(?=\/)/, 8],
];

/** The part of the layout a path belongs to; undefined when it has no place. */
export function partOf(path: string): Part | undefined {
  for (const [folder, rank] of PARTS) {
    const name = folder.exec(path)?.[0];
    if (name) return { name, rank };
  }
}

/** Why `from` must not import `to`; undefined when it may. Both are paths from the root. */
export function arrowProblem(from: string, to: string): string | undefined {
  const source = partOf(from);
  const target = partOf(to);
  if (!source || source.name === "tests") return undefined;
  if (!to.endsWith(".ts")) return undefined;
  if (!target) return `${to} lies outside of the layout (tools/lint/arrows.ts)`;
  if (isTest(to) && !isTest(from)) return "only tests import tests";
  if (target.name === source.name) return undefined;
  if (target.name === "tests") return undefined;
  if (target.name === "tools") return isTest(from) ? undefined : "only tests import tools/";
  if (target.name === "shared/testing") {
    const mayTest = isTest(from) || source.name === "deploy";
    return mayTest ? undefined : "only tests and deploy/ import shared/testing/";
  }
  if (target.rank < source.rank && source.name !== "tools") return undefined;
  return `${source.name}/ must not import ${target.name}/`;
}

export const arrows: Deno.lint.Rule = {
  create(context) {
    const from = repoPath(context.filename);
    const visitor = importVisitor(({ node, specifier }) => {
      const target = resolveImport(from, specifier);
      if (target.kind !== "file") return;
      const problem = arrowProblem(from, target.path);
      if (problem) context.report({ node, message: `Cannot import ${specifier}: ${problem}` });
    });
    return {
      ...visitor,
      Program(node) {
        if (partOf(from)) return;
        context.report({
          node,
          message: `${from} lies outside of the layout (tools/lint/arrows.ts)`,
        });
      },
    };
  },
};
