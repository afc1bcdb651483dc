import { z } from "zod";
import { type Business, business } from "shared/store/business.ts";
import { checkBusiness, type FieldProblem } from "shared/store/business_checks.ts";
import { schemaProblems } from "shared/store/schema_problems.ts";
import { writtenTools } from "./hidden_secrets.ts";
import type { FieldError } from "./problem.ts";

/** The next one must still fit the bus's messages. */
const MAX_VERSION = 0xffff_fffe;
/** More than anybody reads at once. */
const MAX_ERRORS = 100;

const { id } = business.shape;

/** What a `PUT` takes: a business, whose id stands in the path, and whose version is the one that was read. */
export const businessUpdate = business.extend({
  id: id.optional().describe("As in the path"),
  version: z.int().min(1).max(MAX_VERSION).optional().describe(
    "The version that was read, which this one replaces; needed where there is one",
  ),
  tools: writtenTools,
}).describe("A business that Kav answers for, to be stored");

/** A business, and the version that its writer has read. */
export type BusinessUpdate = Omit<Business, "version"> & { readonly version: number | undefined };

export type BusinessUpdateResult =
  | { readonly ok: true; readonly update: BusinessUpdate }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Checks a body against the schema, its own references, and the path. */
export function readBusinessUpdate(pathId: string, body: unknown): BusinessUpdateResult {
  const parsed = businessUpdate.safeParse(body);
  const errors = [...idErrors(pathId, body), ...schemaProblems(parsed.error).map(fieldError)];
  if (!parsed.success) return { ok: false, errors: bounded(errors) };
  const update = { ...parsed.data, id: pathId, version: parsed.data.version };
  const checked = checkBusiness({ ...update, version: update.version ?? 1 });
  errors.push(...checked.map(fieldError));
  return errors.length > 0 ? { ok: false, errors: bounded(errors) } : { ok: true, update };
}

/** What is wrong with an id in a path; undefined when nothing is. */
export function pathIdError(pathId: string): FieldError | undefined {
  const issue = id.safeParse(pathId).error?.issues[0];
  return issue && { field: "id", message: issue.message };
}

function idErrors(pathId: string, body: unknown): FieldError[] {
  const wrong = pathIdError(pathId);
  if (wrong) return [wrong];
  const own = id.safeParse((body as { id?: unknown } | null)?.id).data;
  if (own === undefined || own === pathId) return [];
  return [{ field: "id", message: `the one of the path, ${pathId}, or none: received ${own}` }];
}

/** The field as `keypad.1.question`, `called_numbers.0`. */
function fieldError({ path, message }: FieldProblem): FieldError {
  return { field: path.length === 0 ? "(body)" : path.map(String).join("."), message };
}

function bounded(errors: readonly FieldError[]): readonly FieldError[] {
  if (errors.length <= MAX_ERRORS) return errors;
  const more = errors.length - MAX_ERRORS;
  return [...errors.slice(0, MAX_ERRORS), { field: "(body)", message: `and ${more} more` }];
}
