/** Kav in a process, its callers in another, the language model in this one, on real sockets and in real time. */
import { Child } from "../child.ts";
import type { WatchedProcess } from "../process_meter.ts";
import { BenchModel } from "./bench_model.ts";
import type { CallersPart, CallersReport, CallersTask, KavReport, KavTarget } from "./reports.ts";
import { type TurnTime, turnTimes } from "./turn_times.ts";

/** As every service of Kav runs. */
const KAV_FLAGS = ["--v8-flags=--min-semi-space-size=16", "--allow-read=."];
/** For what was told last. */
const SETTLED_MS = 200;

export interface MeasuredInterruptions {
  readonly calls: number;
  /** That were to be made. */
  readonly wanted: number;
  /** As the edge tells them. */
  readonly bargeInMs: readonly number[];
  readonly silenceMs: readonly number[];
  readonly heardAfterMs: readonly number[];
  readonly failures: readonly string[];
}

export interface MeasuredTurns {
  readonly calls: number;
  /** That callers have heard the answer of. */
  readonly answered: number;
  readonly turns: readonly TurnTime[];
  readonly failures: readonly string[];
}

export class TurnsRig implements AsyncDisposable {
  readonly #model: BenchModel;
  readonly #kav: Child;
  readonly #callers: Child;
  readonly #target: KavTarget;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    parts: { readonly model: BenchModel; readonly kav: Child; readonly callers: Child },
    target: KavTarget,
    opened: AsyncDisposableStack,
  ) {
    this.#model = parts.model;
    this.#kav = parts.kav;
    this.#callers = parts.callers;
    this.#target = target;
    this.#opened = opened;
  }

  /** @throws {Error} (rejects) when it cannot start; nothing is left then. */
  static async start(): Promise<TurnsRig> {
    await using opened = new AsyncDisposableStack();
    const model = opened.use(new BenchModel());
    const here = (file: string) => new URL(file, import.meta.url);
    const kav = opened.use(new Child(here("kav_process.ts"), KAV_FLAGS, [model.url]));
    const callers = opened.use(new Child(here("callers_process.ts")));
    const [target] = await Promise.all([kav.next(), callers.next()]);
    return new TurnsRig({ model, kav, callers }, target as KavTarget, opened.move());
  }

  get processes(): WatchedProcess[] {
    return [
      { name: "Kav", pid: this.#kav.pid },
      { name: "the callers", pid: this.#callers.pid },
      { name: "this bench, the model", pid: Deno.pid },
    ];
  }

  /** So many calls at once, each of which interrupts so often. */
  async interruptions(calls: number, times: number): Promise<MeasuredInterruptions> {
    this.#model.writes = "long";
    const [called, { bargeIns }] = await this.#run({ do: "interrupt", calls, times });
    const callSids = new Set(called.interruptions.map(({ call }) => call));
    return {
      calls,
      wanted: calls * times,
      bargeInMs: bargeIns.filter(({ call }) => callSids.has(call)).map(({ bargeInMs }) =>
        bargeInMs
      ),
      silenceMs: called.interruptions.map(({ silenceMs }) => silenceMs),
      heardAfterMs: called.interruptions.map(({ heardAfterMs }) => heardAfterMs),
      failures: called.failures,
    };
  }

  /** So many calls at once, each of which asks for so long. */
  async turns(calls: number, seconds: number): Promise<MeasuredTurns> {
    this.#model.writes = "short";
    const [{ answered, failures }, kav] = await this.#run({ do: "ask", calls, seconds });
    const turns = turnTimes(kav, (question) => this.#model.answerTo(question));
    return { calls, answered, turns, failures };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  async #run(part: CallersPart): Promise<[CallersReport, KavReport]> {
    await this.#callers.tell({ ...this.#target, ...part } satisfies CallersTask);
    const called = await this.#callers.next() as CallersReport;
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    await this.#kav.tell("report");
    return [called, await this.#kav.next() as KavReport];
  }
}
