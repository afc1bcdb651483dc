import type { Business } from "./business.ts";
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
  const questions = new Set(of.questions.map((question) => question.id));
  return Object.entries(of.keypad).flatMap(([key, action]) => {
    const at = [...path, "keypad", key];
    if (action.do === "transfer" && !of.transfer) {
      return [{ path: [...at, "do"], message: "there is no transfer section to connect with" }];
    }
    if (action.do === "answer" && !questions.has(action.question)) {
      const message = `no question has the id ${JSON.stringify(action.question)}`;
      return [{ path: [...at, "question"], message }];
    }
    return [];
  });
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
