/** What `deno task greetings:status` is asked for. */
import { apiOption } from "../api/api_option.ts";
import { optionWords } from "../option_words.ts";

export interface StatusRequest {
  readonly json: boolean;
  /** How long it may take until all greetings are fresh; 0: look once. */
  readonly waitSeconds: number;
}

export type StatusArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string }
  | {
    readonly kind: "status";
    readonly request: StatusRequest;
    /** Where the API is, as given; undefined: find out. */
    readonly api: string | undefined;
  };

const MAX_WAIT_S = 86_400;

export const STATUS_HELP =
  `deno task greetings:status [options]: the greeting of each business, as callers would get it now.

  fresh     it says what the business says
  stale     it was made for another text or voice: callers hear a short greeting until it is built
  missing   there is none, or it is damaged: the same

  --wait SECONDS  looks again until all are fresh, so long at most
  --json          the same as JSON
  --api URL       where the API is. Else: API_URL, then what \`deno task up\` runs, then http://127.0.0.1:8081
  --help

The token is ADMIN_TOKEN, else that of what \`deno task up\` runs.
It ends with 0 when all are fresh, 1 when not, 2 when the arguments are wrong.`;

const problem = (text: string): StatusArguments => ({ kind: "problem", problem: text });

/** Never throws. */
export function parseStatusArguments(args: readonly string[]): StatusArguments {
  const rest = optionWords(args);
  let json = false;
  let waitSeconds = 0;
  let api: string | undefined;
  while (rest.length > 0) {
    const option = rest.shift()!;
    if (option === "--help" || option === "-h") return { kind: "help" };
    else if (option === "--json") json = true;
    else if (option === "--wait") {
      const value = rest.shift() ?? "";
      waitSeconds = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
      if (!(waitSeconds >= 1 && waitSeconds <= MAX_WAIT_S)) {
        return problem(`--wait: must be 1 to ${MAX_WAIT_S} seconds`);
      }
    } else if (option === "--api") {
      api = apiOption(rest.shift());
      if (api === undefined) return problem("--api: must be an http:// or https:// address");
    } else return problem(`${option}: no such option`);
  }
  return { kind: "status", request: { json, waitSeconds }, api };
}
