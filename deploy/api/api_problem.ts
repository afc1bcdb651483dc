import type { ProblemDocument } from "./answers.ts";

/** Why the API has not done what it was asked for. */
export type ApiProblem =
  /** Nobody answers there, or not in time. */
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "unauthorized"; readonly reason: string }
  | { readonly kind: "unknown_business" }
  /** Another version is stored than the one to be replaced; null: none. */
  | { readonly kind: "version"; readonly current: number | null }
  /** Another business has this called number. */
  | { readonly kind: "number"; readonly number: string; readonly business: string }
  | { readonly kind: "fields"; readonly errors: readonly FieldError[] }
  | { readonly kind: "failed"; readonly reason: string };

export interface FieldError {
  /** As `greeting.text`, `questions.0.answer`. */
  readonly field: string;
  readonly message: string;
}

/** @param document what came with the status; undefined when that is no problem document */
export function apiProblem(status: number, document: ProblemDocument | undefined): ApiProblem {
  if (!document) return { kind: "failed", reason: `it answers ${status}: is it the business API?` };
  const { detail, title, current, number, business, errors } = document;
  const reason = detail ?? title ?? "no reason given";
  if (status === 401) return { kind: "unauthorized", reason };
  if (status === 404) return { kind: "unknown_business" };
  if (status === 409 && number !== undefined && business !== undefined) {
    return { kind: "number", number, business };
  }
  if (status === 409 && current !== undefined) return { kind: "version", current };
  if (status === 422 && errors?.length) return { kind: "fields", errors };
  return { kind: "failed", reason: `it answers ${status}: ${reason}` };
}

/** What to do about a problem with the API itself; undefined when it is one with what was asked. */
export function connectionText(
  problem: ApiProblem,
  { url, urlFrom, tokenFrom }: { readonly url: string; urlFrom: string; tokenFrom: string },
): string | undefined {
  if (problem.kind === "unreachable") {
    return `Cannot reach the business API at ${url} (${urlFrom}): ${problem.reason}\n` +
      "Start it with `deno task up` or `deno task greetings`, or say where it is: --api URL, API_URL";
  }
  if (problem.kind === "unauthorized") {
    return `Cannot use the business API at ${url} with the token of ${tokenFrom}: ${problem.reason}`;
  }
  return undefined;
}

/** One line, and one more for each field that is wrong. */
export function problemLines(problem: ApiProblem): string[] {
  switch (problem.kind) {
    case "unreachable":
    case "failed":
    case "unauthorized":
      return [problem.reason];
    case "unknown_business":
      return ["there is no such business"];
    case "number":
      return [`the called number ${problem.number} reaches the business ${problem.business}`];
    case "version":
      return [
        problem.current === null ? "it is not stored" : `version ${problem.current} is stored`,
      ];
    case "fields":
      return problem.errors.map(({ field, message }) => `${field}: ${message}`);
  }
}
