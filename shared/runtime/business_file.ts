import { parseBusinessFile } from "shared/store/business_file.ts";
import type { Business } from "shared/store/business.ts";

/** Content of a text file. @throws when it cannot be read. */
export type ReadFile = (path: string) => string;

export type BusinessesResult =
  | { readonly ok: true; readonly businesses: readonly [Business, ...Business[]] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the file that `BUSINESS_FILE` names. Every problem is named, with its place. */
export function readBusinessFile(
  path: string,
  readFile: ReadFile = Deno.readTextFileSync,
): BusinessesResult {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [`BUSINESS_FILE: Cannot read ${path}: ${reason}`] };
  }
  const parsed = parseBusinessFile(text, path);
  // The schema of a business file asks for one at least.
  return parsed.ok
    ? { ok: true, businesses: parsed.businesses as [Business, ...Business[]] }
    : parsed;
}
