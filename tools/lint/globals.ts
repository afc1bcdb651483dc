/** Whether an identifier reads a variable, rather than naming a property, a key or something new. */
export function isReference(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
      // Shorthand `{ performance }` reads it; in a pattern it names something new, which is close enough.
      return parent.value === node || parent.computed;
    case "PropertyDefinition":
    case "MethodDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSEnumMember":
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "MetaProperty":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return false;
    default:
      return true;
  }
}

/** The name of the property that a member expression reads: `a.b`, `a?.b` and `a["b"]`. */
export function propertyName(node: Deno.lint.MemberExpression): string | undefined {
  const property: Deno.lint.Node = node.property;
  if (!node.computed && property.type === "Identifier") return property.name;
  if (node.computed && property.type === "Literal" && typeof property.value === "string") {
    return property.value;
  }
}

/** The last name of an object: `env` of `Deno.env` and of `globalThis.Deno.env`. */
export function lastName(node: Deno.lint.Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "MemberExpression" ? propertyName(node) : undefined;
}
