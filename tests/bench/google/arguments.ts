/** What `deno task bench:google` is asked for. */
import type { BenchRequest } from "../bench_program.ts";
import { countedOption, described, type Range } from "../counted_option.ts";
import { optionWords } from "deploy/option_words.ts";

export type BenchArguments = BenchRequest<{ readonly calls: number; readonly seconds: number }>;

const CALLS: Range = { least: 1, most: 400, byDefault: 200 };
const SECONDS: Range = { least: 2, most: 60, byDefault: 10 };

export const BENCH_HELP =
  `deno task bench:google [options]: what Google speech recognition costs on our side, for batches of 20, 40 and 100 ms.

  --calls N      at the same time, ${described(CALLS)}
  --seconds S    of audio for each size of batch, ${described(SECONDS)}
  --help

Calls are fed in real time, a frame each 20 ms, through the recognizer, its connections, Google's own client and TLS to
a server on this machine, in a process of its own, that takes 100 streams a connection and answers nothing.

  CPU        of the client's process, in % of one core; the first line is that of feeding alone, without recognition
  latency    from the write of a batch's newest frame to its arrival in the server's handler
  behind     how late the feeding was at worst: this machine had no time for it

Ends with 1 when a frame was lost, or a stream got none.`;

/** Never throws. */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  let calls = CALLS.byDefault;
  let seconds = SECONDS.byDefault;
  const rest = optionWords(args);
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i]!;
    if (arg === "--help" || arg === "-h") return { kind: "help" };
    if (arg !== "--calls" && arg !== "--seconds") return problem(`${arg}: no such option`);
    const read = countedOption(arg, rest[++i], arg === "--calls" ? CALLS : SECONDS);
    if (!read.ok) return problem(read.problem);
    if (arg === "--calls") calls = read.count;
    else seconds = read.count;
  }
  return { kind: "bench", calls, seconds };
}

function problem(problem: string): BenchArguments {
  return { kind: "problem", problem };
}
