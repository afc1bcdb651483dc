/** Where a linted file lies, and where what it imports lies, as paths from the repository's root. */
import config from "../../deno.json" with { type: "json" };

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Folders and files of this repository that the import map names: prefix -> path. */
const LOCAL_NAMES = Object.entries(config.imports)
  .filter(([, target]) => target.startsWith("./"))
  .map(([name, target]) => [name, target.slice("./".length)] as const);

/** What an import specifier stands for. */
export type Target =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "node"; readonly name: string }
  | { readonly kind: "package"; readonly name: string };

/** The path from the root: `shared/media/frame.ts`. Paths that are not absolute are taken as such. */
export function repoPath(filename: string): string {
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path.replace(/^\.\//, "");
}

/** Resolves an import, relative or by the import map of `deno.json`. */
export function resolveImport(fromPath: string, specifier: string): Target {
  if (/^\.{0,2}\//.test(specifier)) {
    return { kind: "file", path: new URL(specifier, `file:///${fromPath}`).pathname.slice(1) };
  }
  if (specifier.startsWith("file:")) {
    return { kind: "file", path: repoPath(new URL(specifier).pathname) };
  }
  for (const [name, target] of LOCAL_NAMES) {
    if (specifier === name) return { kind: "file", path: target };
    if (name.endsWith("/") && specifier.startsWith(name)) {
      const path = new URL(specifier.slice(name.length), `file:///${target}`).pathname;
      return { kind: "file", path: path.slice(1) };
    }
  }
  if (specifier.startsWith("node:")) return { kind: "node", name: specifier };
  const packageName = /^(@[^/]+\/)?[^/@]+/.exec(specifier.replace(/^(npm|jsr):/, ""))?.[0];
  return { kind: "package", name: packageName ?? specifier };
}

/** Whether this file tests others: beside them, in `tests/`, or in a service's own `testing/`. */
export function isTest(path: string): boolean {
  return path.endsWith("_test.ts") || /^(tests|services\/[^/]+\/testing)\//.test(path);
}
