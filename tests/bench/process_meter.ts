/** Watches what processes have of the cores, once a second. */
import { fileTexts } from "./file_texts.ts";
import { type CoreUse, coreUse, parseProcessTimes, type TimesSample } from "./process_times.ts";

const PERIOD_MS = 1_000;

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

export interface NamedCoreUse {
  readonly name: string;
  /** Undefined: it has ended, or was never there. */
  readonly use: CoreUse | undefined;
}

export class ProcessMeter {
  readonly #processes: readonly WatchedProcess[];
  readonly #samples: TimesSample[] = [];
  readonly #running: Promise<void>;
  readonly #stopped = Promise.withResolvers<void>();
  #isStopped = false;

  constructor(processes: readonly WatchedProcess[]) {
    this.#processes = processes;
    this.#running = this.#run();
  }

  /** Ends the watch. */
  async uses(): Promise<NamedCoreUse[]> {
    this.#isStopped = true;
    this.#stopped.resolve();
    await this.#running;
    return this.#processes.map(({ name, pid }) => ({ name, use: coreUse(this.#samples, pid) }));
  }

  async #run(): Promise<void> {
    await this.#sample();
    for (let dueMs = performance.now() + PERIOD_MS; !this.#isStopped; dueMs += PERIOD_MS) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const due = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.max(0, dueMs - performance.now()));
      });
      await Promise.race([due, this.#stopped.promise]);
      clearTimeout(timer);
      // A rest of a period would be a poor measure of the busiest second.
      if (!this.#isStopped) await this.#sample();
    }
  }

  async #sample(): Promise<void> {
    const atMs = performance.now();
    const files = ["stat", "schedstat"];
    const texts = await fileTexts(
      this.#processes.flatMap(({ pid }) => files.map((file) => `/proc/${pid}/${file}`)),
    );
    this.#samples.push({ atMs, times: parseProcessTimes(texts) });
  }
}
