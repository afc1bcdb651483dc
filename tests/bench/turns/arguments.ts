/** What `deno task bench:turns` is asked for. */
import type { BenchRequest } from "../bench_program.ts";
import { countedOption, described, type Range } from "../counted_option.ts";
import { optionWords } from "deploy/option_words.ts";
import { BOUNDS } from "./turns_report.ts";

export interface BenchSize {
  /** At once, that interrupt. */
  readonly calls: number;
  /** Of all of them together, at least. */
  readonly interruptions: number;
  /** In which each caller asks, once alone and once with nine others. */
  readonly seconds: number;
}

export type BenchArguments = BenchRequest<{ readonly size: BenchSize }>;

const RANGES = {
  calls: { least: 1, most: 200, byDefault: 50 },
  interruptions: { least: 1, most: 2_000, byDefault: 100 },
  seconds: { least: 3, most: 300, byDefault: 20 },
} satisfies Record<keyof BenchSize, Range>;

export const BENCH_HELP =
  `deno task bench:turns [options]: how soon a caller who speaks silences Kav, and what Kav adds to a turn.

  --calls N          at once, that interrupt, ${described(RANGES.calls)}
  --interruptions N  of all of them together, ${described(RANGES.interruptions)}
  --seconds S        of questions, by one caller and then by ten at once, ${
    described(RANGES.seconds)
  }
  --help

All of Kav runs in one process, the simulated callers in a second one, the language model in this one; all of them
speak with each other over sockets of this machine, in real time. Voices, of callers too, are flite's; fvad hears when
callers speak; the language model writes over HTTP, as OpenAI's do. Only the recognizer is a script: when a caller has
spoken, it says at once that this was a question.

  barge_in_ms            the caller's onset, as the VAD heard it, to the last frame sent: as telemetry tells it
  onset to silence       first frame of the caller's voice to the last of Kav's that the caller heard
  heard after the clear  of Kav, from what came after Twilio got \`clear\`

  final to first frame   the recognizer gives its final; the first frame of the answer leaves the edge
  the model's            of that: the request has come, to: its first sentence is written, by the model's clock
  synthesis              of that: flite is asked for the first piece, to: its first chunk is there
  what Kav adds          all the rest: bus, endpointer, turn, dialog, HTTP, framing, flow control, pacing. No wait for
                         the end of speech is in it, nor STT_BATCH_MS: the recognizer's final is behind them

Ends with GO, or with NO-GO and 1: p95 of barge_in_ms under ${BOUNDS.bargeInP95Ms} ms, at most ${BOUNDS.heardAfterMaxMs} ms heard after a clear,
p95 of what Kav adds under ${BOUNDS.addedP95Ms} ms, p95 of first sentence to first frame under ${BOUNDS.soundsAfterP95Ms} ms.`;

/** Never throws. */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const size = {
    calls: RANGES.calls.byDefault,
    interruptions: RANGES.interruptions.byDefault,
    seconds: RANGES.seconds.byDefault,
  };
  const rest = optionWords(args);
  while (rest.length > 0) {
    const option = rest.shift()!;
    if (option === "--help" || option === "-h") return { kind: "help" };
    const name = option.slice(2);
    if (!option.startsWith("--") || !isCounted(name)) {
      return { kind: "problem", problem: `${option}: no such option` };
    }
    const read = countedOption(option, rest.shift(), RANGES[name]);
    if (!read.ok) return { kind: "problem", problem: read.problem };
    size[name] = read.count;
  }
  return { kind: "bench", size };
}

function isCounted(name: string): name is keyof BenchSize {
  return Object.hasOwn(RANGES, name);
}
