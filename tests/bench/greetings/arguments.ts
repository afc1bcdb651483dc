/** What `deno task bench:greetings` is asked for. */
import type { BenchRequest } from "../bench_program.ts";
import { countedOption, described, type Range } from "../counted_option.ts";
import { type Instances, ONE_OF_EACH, parseUpArguments } from "deploy/local/up_options.ts";
import { optionWords } from "deploy/option_words.ts";
import type { LoadSize } from "./call_plan.ts";

export type BenchArguments = BenchRequest<
  { readonly size: LoadSize; readonly instances: Instances }
>;

const RANGES = {
  calls: { least: 1, most: 2_000, byDefault: 500 },
  seconds: { least: 1, most: 60, byDefault: 10 },
  businesses: { least: 1, most: 500, byDefault: 50 },
} satisfies Record<string, Range>;
type Counted = keyof typeof RANGES;

export const BENCH_HELP =
  `deno task bench:greetings [options]: how soon each of many callers is greeted, beside a bare WebSocket server.

  --calls N         ${described(RANGES.calls)}
  --seconds S       in which they start, evenly, ${described(RANGES.seconds)}
  --businesses B    that are called in turn, ${described(RANGES.businesses)}
  --instances LIST  how many of each service, as of deno task up: edge=2,stt=2,dialog=2; default: one of each
  --help

Each call asks the webhook, opens its stream (the table's first rows), sends a frame of silence each 20 ms and the
marks back that have played, and hangs up 1 s after the first frame of the greeting. The services run as deno task up
starts them, each greeting is in the store before the first call, and nothing of it is in a service's memory.

  at the caller  from start, sent, to the first media message
  greeting_ms    the same as the edge tells it on kav.telemetry.call.*
  the floor      a server that answers start with one frame, under the same load
  holes          calls in which a frame came after all before it had played
  CPU            of each process, in % of one core: of the whole load, and of its busiest second
  waited         of the time, how long its first thread was ready and had no core: the machine was too small

Ends with 1 when a call failed.`;

/** Never throws. */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const counts = {
    calls: RANGES.calls.byDefault,
    seconds: RANGES.seconds.byDefault,
    businesses: RANGES.businesses.byDefault,
  };
  let instances: Instances = ONE_OF_EACH;
  const rest = optionWords(args);
  while (rest.length > 0) {
    const option = rest.shift()!;
    if (option === "--help" || option === "-h") return { kind: "help" };
    const value = rest.shift();
    if (option === "--instances") {
      const read = parseUpArguments([option, value ?? "nothing"], undefined);
      if (read.kind !== "up") return problem(read.kind === "problem" ? read.problem : option);
      instances = read.instances;
      continue;
    }
    const counted = option.slice(2);
    if (!option.startsWith("--") || !isCounted(counted)) {
      return problem(`${option}: no such option`);
    }
    const read = countedOption(option, value, RANGES[counted]);
    if (!read.ok) return problem(read.problem);
    counts[counted] = read.count;
  }
  return served({ kind: "bench", size: counts, instances });
}

/** A call that nobody can take would only measure how long that takes to be seen. */
function served(wanted: Extract<BenchArguments, { kind: "bench" }>): BenchArguments {
  const { stt, dialog, greetings } = wanted.instances;
  if (stt > 0 && dialog > 0 && greetings > 0) return wanted;
  return problem("--instances: at least one of each, or nobody is greeted");
}

function isCounted(name: string): name is Counted {
  return Object.hasOwn(RANGES, name);
}

function problem(problem: string): BenchArguments {
  return { kind: "problem", problem };
}
