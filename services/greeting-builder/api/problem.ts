import { z } from "zod";

/** What is wrong with one field: `greeting.text`, `called_numbers.0`. */
export const fieldError = z.strictObject({ field: z.string(), message: z.string() });

/** Every answer that is an error (RFC 9457), with what this API adds to it. */
export const problem = z.strictObject({
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  errors: z.array(fieldError).optional().describe("With 422: every field that is wrong"),
  current: z.int().nullable().optional().describe(
    "With 409 for a version: the one that is stored; null: there is none",
  ),
  number: z.string().optional().describe("With 409 for a called number: the one that is taken"),
  business: z.string().optional().describe(
    "With 409 for a called number: the business that has it",
  ),
});

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export const PROBLEM_TYPE = "application/problem+json";

export type ProblemStatus = keyof typeof TITLES;
export type FieldError = z.infer<typeof fieldError>;
type Members = Omit<z.infer<typeof problem>, "title" | "status" | "detail">;

/** An answer that says what is wrong. */
export function problemResponse(
  status: ProblemStatus,
  detail: string,
  members: Members = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { title: TITLES[status], status, detail, ...members };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": PROBLEM_TYPE },
  });
}

/** @param errors of fields, one at least */
export function fieldsResponse(errors: readonly FieldError[]): Response {
  const fields = errors.length === 1 ? "a field is" : `${errors.length} fields are`;
  return problemResponse(422, `Cannot take it: ${fields} wrong`, { errors: [...errors] });
}
