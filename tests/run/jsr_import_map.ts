/** The import map of `deno.json` with the stand-ins replaced by what they stand in for. */

const STANDARD: Record<string, string> = {
  "@std/assert": "jsr:@std/assert@1",
  "@std/testing/bdd": "jsr:@std/testing@1/bdd",
  "@std/testing/time": "jsr:@std/testing@1/time",
};

/** @param root address of the repository, with a slash at its end: the map may lie anywhere. */
export function jsrImportMap(imports: Readonly<Record<string, string>>, root: string): string {
  const absolute = Object.entries(imports).map(([name, target]) => [
    name,
    STANDARD[name] ?? (target.startsWith("./") ? new URL(target, root).href : target),
  ]);
  return JSON.stringify({ imports: Object.fromEntries(absolute) }, null, 2) + "\n";
}
