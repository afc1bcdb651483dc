/** What `deno task calls` is asked for. */
import { optionWords } from "../option_words.ts";

export type CallsRequest =
  | {
    readonly command: "list";
    readonly limit: number;
    /** Only calls of this business. */
    readonly business: string | undefined;
    readonly json: boolean;
  }
  /** `id`: of a call, or how it begins. */
  | { readonly command: "show"; readonly id: string; readonly json: boolean };

export type CallsArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string }
  | { readonly kind: "calls"; readonly request: CallsRequest };

/** Of the newest calls so many are looked through for a business, or for how an ID begins. */
export const SEARCHED_CALLS = 1_000;
const DEFAULT_LIMIT = 20;

export const CALLS_HELP = `deno task calls COMMAND [options]: what happened on calls, newest first.

  list [--limit N] [--business ID] [--json]   a line for each; N is ${DEFAULT_LIMIT} where it is not given, ${SEARCHED_CALLS} at most
  show ID [--json]                            one call: its turns, what the caller heard of each, and where the time went.
                                              How an ID begins is enough where no other one does

Records are kept for 30 days, in Redis: REDIS_URL, else that of what \`deno task up\` runs. What \`deno task start\` runs
without REDIS_URL has them in its memory alone. --business, and how an ID begins, are looked for among the newest
${SEARCHED_CALLS} calls.
It ends with 0 when done, 1 when there is no such call or no Redis, 2 when the arguments are wrong.
Examples: deno task calls list --limit 5    deno task calls show CA1f`;

const problem = (text: string): CallsArguments => ({ kind: "problem", problem: text });

/** Never throws. */
export function parseCallsArguments(args: readonly string[]): CallsArguments {
  const rest = optionWords(args);
  const words: string[] = [];
  const given = new Set<string>();
  let limit = DEFAULT_LIMIT;
  let business: string | undefined;
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === "--help" || word === "-h") return { kind: "help" };
    if (!word.startsWith("-")) words.push(word);
    else given.add(word);
    if (word === "--limit") {
      const value = rest.shift() ?? "";
      limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (limit < 1 || limit > SEARCHED_CALLS) {
        return problem(`--limit: must be 1 to ${SEARCHED_CALLS}`);
      }
    } else if (word === "--business") {
      business = rest.shift();
      if (!business) return problem("--business: must be the ID of one");
    }
  }
  const [command, id, ...more] = words;
  if (command === "list") {
    if (id !== undefined) return problem(`list: needs nothing, received ${JSON.stringify(id)}`);
    return asked(given, ["--limit", "--business", "--json"], {
      ...{ command, limit, business },
      json: given.has("--json"),
    });
  }
  if (command === "show") {
    if (!id || more.length > 0) return problem(`show: needs one ID, received ${words.length - 1}`);
    return asked(given, ["--json"], { command, id, json: given.has("--json") });
  }
  const received = command === undefined ? "nothing" : JSON.stringify(command);
  return problem(`a command is one of list, show, received ${received}`);
}

function asked(
  given: ReadonlySet<string>,
  options: readonly string[],
  request: CallsRequest,
): CallsArguments {
  const foreign = [...given].find((option) => !options.includes(option));
  if (foreign !== undefined) return problem(`${foreign}: no option of ${request.command}`);
  return { kind: "calls", request };
}
