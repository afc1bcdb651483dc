/** The callers of the bench, as their parent sees them. */
import type { LoadSize } from "./call_plan.ts";
import type { LoadProgress, LoadResult } from "./call_result.ts";
import { Child } from "../child.ts";
import { ProcessMeter, type WatchedProcess } from "../process_meter.ts";
import type { MeasuredLoad } from "./greeting_report.ts";
import type { LoadAnswer, LoadRequest } from "./load_caller.ts";

export class LoadProcess implements AsyncDisposable {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Ready to call when it resolves. */
  static async start(): Promise<LoadProcess> {
    const child = new Child(new URL("load_caller.ts", import.meta.url));
    await child.next();
    return new LoadProcess(child);
  }

  /** Places the calls of a load at a webhook; resolves when the last one has ended. */
  async run(
    size: LoadSize,
    webhook: string,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadResult> {
    await this.#child.tell({ size, webhook } satisfies LoadRequest);
    for (;;) {
      const answer = await this.#child.next() as LoadAnswer;
      if (answer.kind === "progress") onProgress(answer);
      if (answer.kind === "done") return answer;
    }
  }

  /** The same, and what it costs those who take the calls, and the callers. */
  async measure(
    size: LoadSize,
    webhook: string,
    processes: readonly WatchedProcess[],
    onProgress: (progress: LoadProgress) => void,
  ): Promise<MeasuredLoad> {
    const meter = new ProcessMeter([
      ...processes,
      { name: "the callers", pid: this.#child.pid },
      { name: "this bench", pid: Deno.pid },
    ]);
    try {
      const load = await this.run(size, webhook, onProgress);
      return { load, cores: await meter.uses() };
    } finally {
      await meter.uses();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}
