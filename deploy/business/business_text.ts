/** One business as people write it: YAML, or JSON, which is YAML too. */
import { stringify } from "yaml";
import type { Path } from "shared/store/yaml_positions.ts";
import { readYaml } from "shared/store/yaml_text.ts";
import type { StoredBusiness } from "../api/answers.ts";
import type { FieldError } from "../api/api_problem.ts";
import type { BusinessDraft } from "../api/client.ts";

export type BusinessText =
  | {
    readonly ok: true;
    readonly business: BusinessDraft;
    /** As it stands there; undefined: it does not. */
    readonly version: unknown;
    /** A wrong field as `path:line:column field: message`. */
    readonly placed: (error: FieldError) => string;
  }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the text of one business, or of a business file that holds just one. Its fields are not checked.
 *
 * @param path how the file is called in the problems
 */
export function readBusinessText(text: string, path: string): BusinessText {
  const refused = (at: string, problem: string): BusinessText => ({
    ok: false,
    problems: [`${path}:${at} ${problem}`],
  });
  const read = readYaml(text);
  if (!read.ok) {
    return { ok: false, problems: read.problems.map(({ at, text }) => `${path}:${at} ${text}`) };
  }
  const { value, positions } = read;
  const found = oneBusiness(value);
  if (typeof found === "string") return refused("1:1", found);
  const { business, within } = found;
  const { id, version } = business;
  if (typeof id !== "string" || id === "") {
    const problem = id === undefined
      ? "is missing"
      : `must be a text, received ${JSON.stringify(id)}`;
    return refused(positions.ofValue([...within, "id"]), `id: ${problem}`);
  }
  const placed = ({ field, message }: FieldError) =>
    `${path}:${positions.ofValue([...within, ...field.split(".")])} ${field}: ${message}`;
  return { ok: true, business: { ...business, id }, version, placed };
}

/** What `readBusinessText` reads again. */
export function writeBusinessText(business: StoredBusiness): string {
  return stringify(business, { lineWidth: 100 }).replace(/\n$/, "");
}

type Fields = Readonly<Record<string, unknown>>;

/** The business and where it stands, or why there is not one. */
function oneBusiness(content: unknown): { business: Fields; within: Path } | string {
  if (!isMap(content)) return "must be one business: `id: ...`, `name: ...`";
  if (!("businesses" in content)) return { business: content, within: [] };
  const list = Array.isArray(content["businesses"]) ? content["businesses"] : [];
  const [business] = list;
  if (list.length !== 1 || !isMap(business)) {
    return `must hold one business, received ${list.length}: \`deno task business import\` takes several`;
  }
  return { business, within: ["businesses", 0] };
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
