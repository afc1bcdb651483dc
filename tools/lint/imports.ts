/** Calls `found` for everything a file imports, in whatever way it does. */

export interface Found {
  readonly node: Deno.lint.Node;
  readonly specifier: string;
  /** Whether only types come in, so that nothing of the other file runs. */
  readonly typeOnly: boolean;
}

export function importVisitor(found: (imported: Found) => void): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, specifier: unknown, typeOnly: boolean) => {
    if (typeof specifier === "string") found({ node, specifier, typeOnly });
  };
  return {
    ImportDeclaration(node) {
      const ofTypes = node.specifiers.length > 0 &&
        node.specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
      report(node, node.source.value, node.importKind === "type" || ofTypes);
    },
    ExportAllDeclaration(node) {
      report(node, node.source.value, node.exportKind === "type");
    },
    ExportNamedDeclaration(node) {
      report(node, node.source?.value, node.exportKind === "type");
    },
    ImportExpression(node) {
      report(node, literal(node.source), false);
    },
    TSImportType(node) {
      const argument: Deno.lint.Node = node.argument;
      report(node, argument.type === "TSLiteralType" ? literal(argument.literal) : undefined, true);
    },
    // A worker: new Worker(new URL("./worker.ts", import.meta.url))
    NewExpression(node) {
      if (node.callee.type !== "Identifier" || node.callee.name !== "URL") return;
      const [specifier, base] = node.arguments;
      const path = specifier && literal(specifier);
      if (base && typeof path === "string" && path.endsWith(".ts")) report(node, path, false);
    },
  };
}

function literal(node: Deno.lint.Node): unknown {
  return node.type === "Literal" ? node.value : undefined;
}
