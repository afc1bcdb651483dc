import { z } from "zod";
import type { BusinessTool } from "shared/store/business.ts";

export type ToolArguments =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  /** For whoever gave the arguments, so that he can give better ones. Holds no value of theirs. */
  | { readonly ok: false; readonly problem: string };

/** `{{entry_1}}`: stands for what the caller has entered. */
const PLACEHOLDER = /^\{\{(\w{1,64})\}\}$/;
const MAX_PROBLEM_CHARS = 500;

/**
 * Fills entered digits into arguments and checks them against the tool's JSON schema. What is filled in is checked
 * too: a schema may say how many digits there are.
 */
export function toolArguments(
  { parameters }: Pick<BusinessTool, "parameters">,
  given: unknown,
  entries: ReadonlyMap<string, string>,
): ToolArguments {
  const unknown = new Set<string>();
  const value = filled(given, entries, unknown);
  if (unknown.size > 0) {
    return refused(
      `nothing was entered as ${[...unknown].map((name) => `{{${name}}}`).join(", ")}`,
    );
  }
  if (!isObject(value)) return refused("the arguments must be an object");
  const problems = schemaProblems(parameters, value);
  return problems.length > 0 ? refused(problems.join("; ")) : { ok: true, value };
}

function schemaProblems(
  parameters: BusinessTool["parameters"],
  value: Readonly<Record<string, unknown>>,
): string[] {
  const schema = schemaOf(parameters);
  if (typeof schema === "string") {
    return [`the tool's own parameters are no JSON schema: ${schema}`];
  }
  const issues = schema.safeParse(value).error?.issues ?? [];
  return [
    ...missing(parameters, value),
    ...issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`
    ),
  ];
}

/** What is required but described nowhere, which zod does not look at. */
function missing(
  { required, properties }: BusinessTool["parameters"],
  value: Readonly<Record<string, unknown>>,
): string[] {
  if (!Array.isArray(required)) return [];
  const described = isObject(properties) ? properties : {};
  return required.filter((name) => !Object.hasOwn(described, name) && !Object.hasOwn(value, name))
    .map((name) => `${name}: is missing`);
}

function schemaOf(parameters: BusinessTool["parameters"]): z.ZodType | string {
  try {
    return z.fromJSONSchema(parameters);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function filled(
  given: unknown,
  entries: ReadonlyMap<string, string>,
  unknown: Set<string>,
): unknown {
  if (typeof given === "string") {
    const name = PLACEHOLDER.exec(given)?.[1];
    if (name === undefined) return given;
    if (!entries.has(name)) unknown.add(name);
    return entries.get(name);
  }
  if (Array.isArray(given)) return given.map((each) => filled(each, entries, unknown));
  if (!isObject(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, each]) => [name, filled(each, entries, unknown)]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(rule: string): ToolArguments {
  const problem = `Cannot use the tool: ${rule}`;
  return { ok: false, problem: problem.slice(0, MAX_PROBLEM_CHARS) };
}
