/** A process that is all of Kav. Each line of its standard input asks for a report; it ends when that does. */
import { ALL_TELEMETRY } from "shared/bus/subjects.ts";
import type { CallTelemetry, LatencyTelemetry } from "shared/bus/telemetry.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { type AllInOne, startAllInOne } from "deploy/all_in_one.ts";
import { type Configuration, readConfiguration } from "deploy/configuration.ts";
import { eachLine } from "../lines.ts";
import { wallMs } from "../wall_clock.ts";
import { NumberedRecognizer } from "./numbered_recognizer.ts";
import type { Answer, BargeIn, Final, FirstPiece, KavReport, KavTarget } from "./reports.ts";
import { TimedSynthesizer } from "./timed_synthesizer.ts";

/** What has been told, until somebody asks. */
class Told {
  #bargeIns: BargeIn[] = [];
  #finals: Final[] = [];
  #firstPieces: FirstPiece[] = [];
  #answers: Answer[] = [];

  readonly final = (final: Final) => void this.#finals.push(final);
  readonly firstPiece = (piece: FirstPiece) => void this.#firstPieces.push(piece);

  telemetry(of: CallTelemetry | LatencyTelemetry): void {
    const { call, turn } = of;
    if ("total_ms" in of) this.#answers.push({ call, turn: of.turn, atMs: wallMs() });
    else if (of.event === "barge_in" && turn !== undefined) {
      this.#bargeIns.push({ call, bargeInMs: of.barge_in_ms! });
    }
  }

  take(): KavReport {
    const report = {
      bargeIns: this.#bargeIns,
      finals: this.#finals,
      firstPieces: this.#firstPieces,
      answers: this.#answers,
    };
    [this.#bargeIns, this.#finals, this.#firstPieces, this.#answers] = [[], [], [], []];
    return report;
  }
}

/** The demo's business, with a shorter greeting: nobody waits for it. */
function configurationOf(llmBaseUrl: string): Configuration {
  const set: Record<string, string> = {
    PORT: "0",
    LOG_LEVEL: "warn",
    LLM_BASE_URL: llmBaseUrl,
    LLM_MODEL: "scripted",
  };
  const read = readConfiguration((name) => set[name]);
  if (!read.ok) throw new TypeError(read.problems.join("; "));
  const [first] = read.configuration.businesses;
  const greeting = { ...first.greeting, text: "Hello." };
  return { ...read.configuration, businesses: [{ ...first, greeting }] };
}

async function start(configuration: Configuration, told: Told): Promise<AllInOne> {
  const synthesizer = new TimedSynthesizer(told.firstPiece);
  const kav = await startAllInOne({
    configuration,
    chooseEngines: async () => ({
      synthesizer,
      lastResort: synthesizer,
      recognizer: new NumberedRecognizer(told.final),
      vads: await FvadFactory.load(),
      recognition: true,
      missing: [],
    }),
    hostname: "127.0.0.1",
    print: () => {},
  });
  kav.bus.subscribe(ALL_TELEMETRY, ({ subject, data }) => {
    if (!/^kav\.telemetry\.(call|latency)\./.test(subject)) return;
    told.telemetry(JSON.parse(new TextDecoder().decode(data)));
  });
  return kav;
}

async function run(llmBaseUrl: string): Promise<void> {
  const told = new Told();
  const configuration = configurationOf(llmBaseUrl);
  const kav = await start(configuration, told);
  const answer = (line: KavTarget | KavReport) => console.log(JSON.stringify(line));
  const to = configuration.businesses[0].called_numbers[0]!;
  answer({ webhook: `http://127.0.0.1:${kav.edge.port}`, to });
  for await (const _ of eachLine(Deno.stdin.readable)) answer(told.take());
  await kav.stop();
}

if (import.meta.main) {
  await run(Deno.args[0]!);
  Deno.exit(0);
}
