import { z } from "zod";
import type { Business, BusinessAction } from "./business.ts";
import type { Path } from "./yaml_positions.ts";

/** What is wrong with one field, although its type is right. */
export interface FieldProblem {
  readonly path: Path;
  readonly message: string;
}

/** A value that must not repeat, and where it stands. */
type Placed = readonly [value: string, path: Path];

/**
 * What no single field shows: names and numbers that repeat, references to nothing. `businesses` may have
 * holes, where one could not be read.
 */
export function checkBusinesses(businesses: readonly (Business | undefined)[]): FieldProblem[] {
  const read = businesses.flatMap((of, i) => of ? [{ of, path: ["businesses", i] }] : []);
  return [
    ...repeated("id", read.map(({ of, path }) => [of.id, [...path, "id"]])),
    // What repeats within one business is for `checkBusiness` to say.
    ...repeated("called number", read.flatMap(({ of, path }) => [...new Map(numbers(of, path))])),
    ...read.flatMap(({ of, path }) => checkBusiness(of, path)),
  ];
}

/** What no single field of one business shows. @param path where the business stands; empty: by itself. */
export function checkBusiness(of: Business, path: Path = []): FieldProblem[] {
  return [
    ...repeated("called number", numbers(of, path)),
    ...repeated(
      "question",
      of.questions.map((each, i) => [each.id, [...path, "questions", i, "id"]]),
    ),
    ...repeated("phrasing", phrasings(of, path)),
    ...repeated(
      "transfer",
      of.transfers.map((each, i) => [each.id, [...path, "transfers", i, "id"]]),
    ),
    ...repeated("tool", of.tools.map((each, i) => [each.name, [...path, "tools", i, "name"]])),
    ...of.tools.flatMap((tool, i) => checkTool(tool, [...path, "tools", i])),
    ...checkKeypad(of, path),
  ];
}

function numbers(of: Business, path: Path): Placed[] {
  return of.called_numbers.map((number, i) => [number, [...path, "called_numbers", i]]);
}

/** Every phrase, in the one form in which callers hear no difference. */
function phrasings(of: Business, path: Path): Placed[] {
  const placed = (list: readonly string[] | undefined, ...where: PropertyKey[]): Placed[] =>
    (list ?? []).map((phrase, i) => [
      phrase.toLowerCase().replace(/\s+/g, " "),
      [...path, ...where, "phrasings", i],
    ]);
  return [
    ...of.questions.flatMap((question, i) => placed(question.phrasings, "questions", i)),
    ...placed(of.say_again?.phrasings, "say_again"),
    ...placed(of.transfer?.phrasings, "transfer"),
    ...placed(of.goodbye.phrasings, "goodbye"),
  ];
}

function checkKeypad(of: Business, path: Path): FieldProblem[] {
  return Object.entries(of.keypad).flatMap(([key, action]) =>
    checkAction(of, action, [...path, "keypad", key])
  );
}

function checkAction(of: Business, action: BusinessAction, path: Path): FieldProblem[] {
  const refers = (field: string, what: string, value: string, known: readonly string[]) =>
    known.includes(value)
      ? []
      : [{ path: [...path, field], message: `no ${what} ${JSON.stringify(value)}` }];
  switch (action.do) {
    case "answer":
      return refers("question", "question has the id", action.question, of.questions.map(idOf));
    case "transfer":
      if (action.to !== undefined) {
        return refers("to", "transfer has the id", action.to, of.transfers.map(idOf));
      }
      return of.transfer
        ? []
        : [{ path: [...path, "do"], message: "there is no transfer section to connect with" }];
    case "collect":
      return [
        ...refers("tool", "tool has the name", action.tool, of.tools.map(({ name }) => name)),
        ...checkDigits(action, path),
      ];
    default:
      return [];
  }
}

const idOf = ({ id }: { readonly id: string }) => id;

function checkDigits(
  { digits: { min, max } }: Extract<BusinessAction, { do: "collect" }>,
  path: Path,
): FieldProblem[] {
  if (min <= max) return [];
  return [{ path: [...path, "digits", "min"], message: `at most max, which is ${max}` }];
}

/** What a dialog can do without any tool of a business, and what a language model knows that by. */
const OWN_TOOLS = ["end_call", "transfer_call", "collect_digits", "leave_note"];

function checkTool(tool: Business["tools"][number], path: Path): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (OWN_TOOLS.includes(tool.name)) {
    problems.push({ path: [...path, "name"], message: `Kav has a tool ${tool.name} of its own` });
  }
  const { username, password } = new URL(tool.url);
  if (username !== "" || password !== "") {
    const message = "no user and password: whoever reads the business would see them";
    problems.push({ path: [...path, "url"], message });
  }
  const wrong = parametersProblem(tool.parameters);
  if (wrong !== undefined) problems.push({ path: [...path, "parameters"], message: wrong });
  return problems;
}

function parametersProblem(parameters: Business["tools"][number]["parameters"]) {
  if (parameters["type"] !== "object") return "a JSON schema of type object";
  try {
    z.fromJSONSchema(parameters);
  } catch (error) {
    return `a JSON schema that can be checked: ${error instanceof Error ? error.message : error}`;
  }
  return undefined;
}

function repeated(what: string, values: readonly Placed[]): FieldProblem[] {
  const seen = new Set<string>();
  return values.flatMap(([value, path]) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ path, message: `the ${what} ${JSON.stringify(value)} stands twice` }];
  });
}
