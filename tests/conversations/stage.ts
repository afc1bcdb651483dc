import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { business as businessSchema } from "shared/store/business.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { MemoryNetwork } from "shared/testing/fake_twilio/memory_network.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { ScriptedVads } from "shared/testing/scripted_vad.ts";
import { OpenAiServer } from "shared/testing/openai_server/openai_server.ts";
import { type LineOutcome, LineRecognizer } from "shared/testing/words/line_recognizer.ts";
import { WordBook } from "shared/testing/words/word_book.ts";
import { type AllInOne, type AllInOneOptions, startAllInOne } from "deploy/all_in_one.ts";
import { type Configuration, readConfiguration } from "deploy/configuration.ts";
import { createEdge, type EdgeDeps } from "services/ws-edge/edge.ts";
import { NOTHING_SET } from "../nothing_set.ts";
import type { ConversationFile } from "./conversation_file.ts";
import { answerOf } from "./model_script.ts";
import { ScriptedTools } from "./scripted_tools.ts";
import { WatchedBus } from "./watched_bus.ts";

/** `fake`: in memory, as fast as the machine can; `real`: over real sockets, as long as the call takes. */
export type Time = "fake" | "real";

const KAV_FRAMES_PER_WORD = 10;
/** On the clock. */
const START_LIMIT_MS = 60_000;
const PUBLIC_URL = "http://127.0.0.1:1";

/** The whole product, with engines and a telephone that a test can calculate. */
export class Stage implements AsyncDisposable {
  readonly clock: Clock;
  readonly kavBook = new WordBook("kav");
  readonly callerBook = new WordBook("caller");
  readonly recognizer: LineRecognizer;
  readonly synthesizer: ScriptedSynthesizer;
  readonly vads = new ScriptedVads();
  readonly bus = new WatchedBus();
  readonly network: MemoryNetwork;
  readonly model: OpenAiServer;
  readonly tools: ScriptedTools;
  readonly log: { readonly atMs: number; readonly line: string }[] = [];
  /** What is made of each line of the caller, by its number in the book. */
  readonly outcomes = new Map<number, LineOutcome>();
  readonly #fake: FakeClock | undefined;
  #kav: AllInOne | undefined;

  private constructor({ engines, model = [], tools }: ConversationFile, time: Time) {
    this.#fake = time === "fake" ? new FakeClock(1_000) : undefined;
    const clock = this.clock = this.#fake ?? new SystemClock();
    this.model = new OpenAiServer({ clock });
    this.model.next(...model.map(answerOf));
    this.tools = new ScriptedTools(clock, tools);
    this.network = new MemoryNetwork({ clock, latencyMs: engines.network });
    this.recognizer = new LineRecognizer({
      clock,
      book: this.callerBook,
      outcomeOf: ({ text }) => this.outcomes.get(text) ?? "noise",
      partialMs: engines.partial,
      finalMs: engines.final,
    });
    this.synthesizer = new ScriptedSynthesizer({
      render: (text) => this.kavBook.say(text, KAV_FRAMES_PER_WORD).audio,
      ...(engines.synthesis > 0 && { delay: { clock, ms: engines.synthesis } }),
    });
  }

  static async open(file: ConversationFile, time: Time): Promise<Stage> {
    const stage = new Stage(file, time);
    stage.#kav = await stage.live(startAllInOne(stage.#options(file)), START_LIMIT_MS);
    return stage;
  }

  /** Time passes by itself. */
  get isReal(): boolean {
    return this.#fake === undefined;
  }

  get kav(): AllInOne {
    return this.#kav!;
  }

  /** Sleeps that have not ended, where they can be counted. */
  get sleeping(): number {
    return this.#fake?.sleeping ?? 0;
  }

  /** How a simulated Twilio reaches the product. */
  get route() {
    if (this.#fake) return { webhook: PUBLIC_URL, network: this.network };
    return { webhook: `http://127.0.0.1:${this.kav.edge.port}` };
  }

  /** Lets time pass until `work` is done. @throws (rejects) when that takes more than `limitMs` on the clock. */
  async live<T>(work: Promise<T>, limitMs: number): Promise<T> {
    if (!this.#fake) return await work;
    let isDone = false;
    const done = () => void (isDone = true);
    work.then(done, done);
    if (await this.#fake.advanceUntil(() => isDone, limitMs)) return await work;
    throw new Error(`Cannot go on: it is done within ${limitMs} ms, received nothing`);
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    await this.live(this.clock.sleepUntil(this.clock.now() + ms), 2 * ms);
  }

  /** A sample of the metrics, e.g. `kav_calls_total{reason="transfer"}`; 0 when there is none. */
  async sample(name: string): Promise<number> {
    const lines = (await this.kav.metrics.text()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.live(this.kav.stop(), START_LIMIT_MS);
    await this.model[Symbol.asyncDispose]();
  }

  #options(file: ConversationFile): AllInOneOptions {
    const { clock, synthesizer, recognizer, vads } = this;
    return {
      configuration: configurationOf(file),
      chooseEngines: () =>
        Promise.resolve({
          synthesizer,
          lastResort: synthesizer,
          recognizer,
          vads,
          recognition: true,
          missing: [],
        }),
      hostname: "127.0.0.1",
      print: () => {},
      writeLog: (line) => this.log.push({ atMs: clock.now(), line }),
      clock,
      dialogParts: {
        weigh: () => 1,
        fetch: this.model.fetch,
        postToTool: (request, signal) => this.tools.post(request, signal),
      },
      busOf: (_service, bus) => this.bus.watch(bus),
      ...(this.#fake && { openEdge: (deps) => this.#edgeInMemory(deps) }),
    };
  }

  #edgeInMemory(deps: EdgeDeps) {
    const { network } = this;
    const edge = createEdge(deps, {
      publicUrl: PUBLIC_URL,
      upgrade: (request) => network.upgrade(request),
    });
    network.handle = (request) => edge.handle(request);
    return Object.assign(edge, { port: 0 });
  }
}

function configurationOf({ settings, business, model }: ConversationFile): Configuration {
  const set: Record<string, string> = {
    ...NOTHING_SET,
    PORT: "0",
    LOG_LEVEL: "debug",
    TOOLS_PRIVATE_ADDRESSES: "true",
    ...model && { LLM_BASE_URL: "http://127.0.0.1:1/v1", LLM_MODEL: "scripted" },
    ...settings,
  };
  const read = readConfiguration((name) => set[name]);
  if (!read.ok) throw new TypeError(read.problems.join("; "));
  const parsed = businessSchema.parse({ ...SAMPLE_BUSINESS, ...business });
  return { ...read.configuration, businesses: [parsed] };
}
