/** Where `deno task up` says what it runs: `deploy/local/up_info.ts`. */
export const UP_FILE = ".kav/up.json";

/** The text of it; undefined when nothing runs. */
export function readUpFile(): string | undefined {
  try {
    return Deno.readTextFileSync(UP_FILE);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
