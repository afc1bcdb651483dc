/** What `deno task up` is told on its command line. */
import { optionWords } from "../option_words.ts";

/** The services that are started, by their tasks' names, in the order in which they are shown. */
export const SERVICE_NAMES = ["edge", "stt", "dialog", "greetings"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** How many processes of each service. */
export type Instances = Readonly<Record<ServiceName, number>>;

export const ONE_OF_EACH: Instances = { edge: 1, stt: 1, dialog: 1, greetings: 1 };

export type UpArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string }
  | {
    readonly kind: "up";
    readonly instances: Instances;
    /** Of the webhook; 0 = any free one. */
    readonly port: number;
    /** Whether the demo call is placed, and everything ended after it. */
    readonly call: boolean;
  };

export const UP_USAGE = `deno task up [--instances LIST] [--port PORT] [--call]

Starts nats-server, redis-server and every service as a process of its own; Ctrl-C ends them.

  --instances LIST  how many of each, e.g. edge=2,stt=2,dialog=2,greetings=1; default: one of each.
                    Several edges are reached through haproxy. 0 leaves a service out.
  --port PORT       where Twilio's webhook listens; 0: any free port. Default: PORT, or 8080
  --call            places the demo call, prints its verdict and ends, as "deno task demo" does
  --help            prints this`;

const DEFAULT_PORT = 8080;
const MAX_INSTANCES = 9;
const MAX_PORT = 65_535;

/** @param envPort `PORT` of the environment */
export function parseUpArguments(
  args: readonly string[],
  envPort: string | undefined,
): UpArguments {
  let instances = ONE_OF_EACH;
  let port: string = envPort?.trim() || String(DEFAULT_PORT);
  let call = false;
  const rest = optionWords(args);
  while (rest.length > 0) {
    const option = rest.shift()!;
    if (option === "--help" || option === "-h") return { kind: "help" };
    else if (option === "--call") call = true;
    else if (option === "--port") port = rest.shift() ?? "nothing";
    else if (option === "--instances") {
      const read = parseInstances(rest.shift() ?? "");
      if (typeof read === "string") return { kind: "problem", problem: read };
      instances = read;
    } else {
      const problem = "Cannot start: options are --instances, --port, --call and --help, received ";
      return { kind: "problem", problem: problem + option };
    }
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) {
    return {
      kind: "problem",
      problem: `Cannot start: --port is 0 to ${MAX_PORT}, received ${port}`,
    };
  }
  return { kind: "up", instances, port: Number(port), call };
}

/** The counts, or what is wrong with them. */
function parseInstances(list: string): Instances | string {
  const counts: Record<ServiceName, number> = { ...ONE_OF_EACH };
  for (const part of list.split(",")) {
    const [, name, count] = /^(\w+)=(\d)$/.exec(part.trim()) ?? [];
    if (!isServiceName(name) || Number(count) > MAX_INSTANCES) {
      return `Cannot start: --instances is a list as edge=1,stt=2,dialog=2,greetings=1, ` +
        `each 0 to ${MAX_INSTANCES}, received ${JSON.stringify(part)}`;
    }
    counts[name] = Number(count);
  }
  if (counts.edge === 0) return "Cannot start: --instances needs an edge, received edge=0";
  return counts;
}

function isServiceName(name: string | undefined): name is ServiceName {
  return (SERVICE_NAMES as readonly string[]).includes(name ?? "");
}
