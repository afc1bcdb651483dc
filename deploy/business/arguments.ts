/** What `deno task business` is asked for. */
import { apiOption } from "../api/api_option.ts";
import { optionWords } from "../option_words.ts";

export type BusinessRequest =
  | { readonly command: "list"; readonly json: boolean }
  | { readonly command: "show"; readonly id: string; readonly json: boolean }
  | { readonly command: "set" | "import"; readonly file: string; readonly force: boolean }
  | {
    readonly command: "delete";
    readonly id: string;
    /** The one that is to be deleted; undefined: whichever there is. */
    readonly version: number | undefined;
  };

export type BusinessArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string }
  | {
    readonly kind: "business";
    readonly request: BusinessRequest;
    /** Where the API is, as given; undefined: find out. */
    readonly api: string | undefined;
  };

export const BUSINESS_HELP =
  `deno task business COMMAND [options]: the businesses that Kav answers for.

  list [--json]                a line for each
  show ID [--json]             one of them as YAML, as "set" takes it
  set FILE [--force]           stores one business, in YAML or JSON; "-": standard input.
                               FILE has the version that was read, and is refused when another one is stored by now
  import FILE [--force]        stores all of a business file that are not stored, or not newer there than in the file
  delete ID [--version N]      deletes one; with --version only if that one is stored

  --force                      writes over whatever is stored
  --api URL                    where the API is. Else: API_URL, then what \`deno task up\` runs, then http://127.0.0.1:8081
  --help

The token is ADMIN_TOKEN, else that of what \`deno task up\` runs.
It ends with 0 when done, 1 when something was refused or failed, 2 when the arguments are wrong.
Examples: deno task business show shop > shop.yaml    deno task business set shop.yaml`;

type Command = BusinessRequest["command"];

/** What each command is about, and its options. */
const COMMANDS: Readonly<Record<Command, { readonly about?: string; readonly options: string[] }>> =
  {
    list: { options: ["--json"] },
    show: { about: "ID", options: ["--json"] },
    set: { about: "FILE", options: ["--force"] },
    import: { about: "FILE", options: ["--force"] },
    delete: { about: "ID", options: ["--version"] },
  };

const problem = (text: string): BusinessArguments => ({ kind: "problem", problem: text });

/** Never throws. */
export function parseBusinessArguments(args: readonly string[]): BusinessArguments {
  const rest = optionWords(args);
  const words: string[] = [];
  const given = new Set<string>();
  let api: string | undefined;
  let version: number | undefined;
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === "--help" || word === "-h") return { kind: "help" };
    if (word === "-" || !word.startsWith("-")) {
      words.push(word);
      continue;
    }
    given.add(word);
    if (word === "--api") {
      api = apiOption(rest.shift());
      if (api === undefined) return problem("--api: must be an http:// or https:// address");
    } else if (word === "--version") {
      version = Number(rest.shift());
      if (!Number.isSafeInteger(version) || version < 1) {
        return problem("--version: must be 1 or more");
      }
    }
  }
  given.delete("--api");
  const request = requestOf(words, given, version);
  return typeof request === "string" ? problem(request) : { kind: "business", request, api };
}

/** What is asked for, or what is wrong with it. */
function requestOf(
  [command = "", ...about]: readonly string[],
  given: ReadonlySet<string>,
  version: number | undefined,
): BusinessRequest | string {
  if (!isCommand(command)) {
    const received = command === "" ? "nothing" : JSON.stringify(command);
    return `a command is one of ${Object.keys(COMMANDS).join(", ")}, received ${received}`;
  }
  const { about: wanted, options } = COMMANDS[command];
  const foreign = [...given].find((option) => !options.includes(option));
  if (foreign) return `${foreign}: no option of ${command}`;
  const [subject = ""] = about;
  if (about.length !== (wanted ? 1 : 0) || (wanted && subject === "")) {
    return `${command}: needs ${wanted ? `one ${wanted}` : "nothing"}, received ${about.length}`;
  }
  switch (command) {
    case "list":
      return { command, json: given.has("--json") };
    case "show":
      return { command, id: subject, json: given.has("--json") };
    case "delete":
      return { command, id: subject, version };
    default:
      return { command, file: subject, force: given.has("--force") };
  }
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(COMMANDS, word);
}
