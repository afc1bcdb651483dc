import { z } from "zod";
import { type Business, business, businessFile } from "./business.ts";
import { checkBusinesses } from "./business_checks.ts";
import { schemaProblems } from "./schema_problems.ts";
import { pathText } from "./yaml_positions.ts";
import { readYaml, type YamlProblem } from "./yaml_text.ts";

export type BusinessFileResult =
  | { readonly ok: true; readonly businesses: Business[] }
  /** Each as `path:line:column field: message`, in the order of the file. */
  | { readonly ok: false; readonly problems: string[] };

/**
 * Reads a business file (YAML) and names everything that is wrong with it.
 *
 * @param path how the file is called in the problems
 */
export function parseBusinessFile(text: string, path: string): BusinessFileResult {
  const read = readYaml(text);
  if (!read.ok) return refused(read.problems, path);
  const { value, positions } = read;
  const parsed = businessFile.safeParse(value);
  const problems = [
    ...schemaProblems(parsed.error).map(({ path, message, isUnknownField }) => ({
      at: isUnknownField ? positions.ofKey(path) : positions.ofValue(path),
      text: `${pathText(path)}: ${message}`,
    })),
    ...checkBusinesses(readable(value)).map(({ path, message }) => ({
      at: positions.ofValue(path),
      text: `${pathText(path)}: ${message}`,
    })),
  ];
  if (parsed.success && problems.length === 0) {
    return { ok: true, businesses: parsed.data.businesses };
  }
  return refused(problems, path);
}

/** The JSON Schema of a business file, as editors want it: fields with a default may be left out. */
export function businessJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(businessFile, { io: "input" }) };
}

/** The businesses that are right in themselves: the others are left out of the checks across businesses. */
function readable(content: unknown): (Business | undefined)[] {
  const list = (content as { businesses?: unknown } | null)?.businesses;
  if (!Array.isArray(list)) return [];
  return list.map((each) => business.safeParse(each).data);
}

function refused(problems: readonly YamlProblem[], path: string): BusinessFileResult {
  const order = ({ at }: YamlProblem) => {
    const [line = 0, column = 0] = at.split(":").map(Number);
    return line * 1e6 + column;
  };
  return {
    ok: false,
    problems: [...problems]
      .sort((a, b) => order(a) - order(b))
      .map(({ at, text }) => `${path}:${at} ${text}`),
  };
}
