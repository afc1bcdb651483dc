import { isDeepStrictEqual } from "node:util";

/** As stored, or as a business file has it. */
interface Versioned {
  readonly version: number;
  readonly tools?: unknown;
}

/** What the API shows of a tool's secret. */
const HIDDEN = "********";

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
  const isOlder = inFile.version < stored.version;
  const { alike, hidden } = compared(inFile, stored);
  // A secret may have changed: that only the API can tell.
  if (alike && (hidden === 0 || (isOlder && !force))) return { do: "nothing" };
  return force || !isOlder ? { do: "replace", over: stored.version } : { do: "leave" };
}

/** Whether they are alike as far as one sees, and how many secrets one does not. */
function compared(inFile: Versioned, stored: Versioned): { alike: boolean; hidden: number } {
  let hidden = 0;
  const tools = toolsOf(inFile).map((tool, i) => {
    if (tool.secret === undefined || toolsOf(stored)[i]?.secret !== HIDDEN) return tool;
    hidden++;
    return { ...tool, secret: HIDDEN };
  });
  const seen = { ...inFile, version: 0, ...inFile.tools !== undefined && { tools } };
  return { alike: isDeepStrictEqual(seen, { ...stored, version: 0 }), hidden };
}

function toolsOf({ tools }: Versioned): readonly { readonly secret?: unknown }[] {
  return Array.isArray(tools) ? tools : [];
}
