/** What `deno task tap` is asked for. */
import { isPattern } from "shared/bus/subject_rules.ts";
import { ALL_TELEMETRY } from "shared/bus/subjects.ts";
import { optionWords } from "../option_words.ts";

export type TapArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string }
  | { readonly kind: "tap" } & TapRequest;

export interface TapRequest {
  readonly subject: string;
  /** Where, as given; undefined: find out. */
  readonly server: string | undefined;
  /** A line of JSON per message. */
  readonly json: boolean;
  /** Ends after so many messages; undefined: never by itself. */
  readonly count: number | undefined;
}

export const TAP_HELP =
  `deno task tap [subject] [options]: a line per message of the bus, until Ctrl-C.

  subject         what to read; default ${ALL_TELEMETRY}. "*" stands for one token, ">" for the rest: quote them.
                  The user tap may read 'kav.telemetry.>', 'kav.event.>' and 'kav.prompt.dead.*'.
  --server URL    nats://user:password@host:port
  --json          one line of JSON per message: {"time", "subject", "data"}, or "base64" for what is not JSON
  --count N       ends after N messages
  --help

Without --server: NATS_URL (with NATS_USER and NATS_PASSWORD, where it has none), else what \`deno task up\` runs.
Examples: deno task tap    deno task tap 'kav.telemetry.latency.*'    deno task tap 'kav.event.>' --count 1 --json`;

const problem = (text: string): TapArguments => ({ kind: "problem", problem: text });

/** Never throws. */
export function parseTapArguments(args: readonly string[]): TapArguments {
  const subjects: string[] = [];
  let server: string | undefined;
  let json = false;
  let count: number | undefined;
  const rest = optionWords(args);
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i]!;
    if (arg === "--help" || arg === "-h") return { kind: "help" };
    else if (arg === "--json") json = true;
    else if (arg === "--server") {
      server = rest[++i];
      if (!isServer(server)) return problem(`--server: must be a nats:// or tls:// address`);
    } else if (arg === "--count") {
      count = Number(rest[++i]);
      if (!Number.isSafeInteger(count) || count < 1) return problem("--count: must be 1 or more");
    } else if (arg.startsWith("-")) return problem(`${arg}: no such option`);
    else if (!isPattern(arg)) return problem(`${JSON.stringify(arg)}: not a subject`);
    else subjects.push(arg);
  }
  if (subjects.length > 1) {
    return problem(`one subject at a time, received ${subjects.length}: quote * and >`);
  }
  return { kind: "tap", subject: subjects[0] ?? ALL_TELEMETRY, server, json, count };
}

function isServer(value: string | undefined): boolean {
  return value !== undefined && /^(nats|tls):\/\/[^/]/.test(value) && URL.canParse(value);
}
