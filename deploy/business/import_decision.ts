import { isDeepStrictEqual } from "node:util";

/** As stored, or as a business file has it. */
interface Versioned {
  readonly version: number;
}

export type ImportDecision =
  | { readonly do: "create" }
  | { readonly do: "replace"; readonly over: number }
  | { readonly do: "nothing" }
  /** It was changed since the file was written. */
  | { readonly do: "leave" };

/**
 * What becomes of a business of a file. A file that is not older than what is stored goes before it.
 *
 * @param stored undefined: it is not stored
 */
export function importDecision(
  inFile: Versioned,
  stored: Versioned | undefined,
  force: boolean,
): ImportDecision {
  if (!stored) return { do: "create" };
  if (isDeepStrictEqual({ ...inFile, version: 0 }, { ...stored, version: 0 })) {
    return { do: "nothing" };
  }
  const replaces = force || stored.version <= inFile.version;
  return replaces ? { do: "replace", over: stored.version } : { do: "leave" };
}
