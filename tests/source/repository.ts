/** The repository's own files, for checks that read source text. */
const ROOT = new URL("../../", import.meta.url);
const CODE_FOLDERS = ["shared", "services", "deploy", "tools", "tests"];

export function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

export function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

/** All TypeScript files, as paths from the root. */
export function sourceFiles(): string[] {
  return CODE_FOLDERS.filter(exists).flatMap(filesUnder);
}

function filesUnder(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return entry.name === "node_modules" ? [] : filesUnder(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}
