import { LocalProcess } from "shared/testing/local_process.ts";
import { parseReadyLine, type Ready } from "./ready_line.ts";
import type { ServiceName } from "./up_options.ts";
import type { PlannedService } from "./up_plan.ts";

/** Until engines are open, on a machine that compiles something beside. */
const READY_TIMEOUT_MS = 120_000;
const ROOT = new URL("../../", import.meta.url);

export type TakeLine = (label: string, line: string, from: "stdout" | "stderr") => void;

/** One service in a process of its own. */
export class ServiceProcess {
  readonly name: ServiceName;
  /** For people: `stt-1`. */
  readonly label: string;
  /** On the bus: `stt-1-8f3a`. */
  readonly instance: string;
  readonly #process: LocalProcess;
  readonly #told = Promise.withResolvers<Ready>();
  #ready: Ready | undefined;

  /** @param denoArgs what `deno` is called with */
  constructor(plan: PlannedService, denoArgs: readonly string[], onLine: TakeLine) {
    this.name = plan.name;
    this.label = plan.label;
    this.instance = plan.instance;
    this.#process = new LocalProcess("deno", {
      args: denoArgs,
      env: plan.env,
      cwd: ROOT,
      apart: true,
      onLine: (line, from) => {
        if (!this.#isReadyLine(line)) onLine(plan.label, line, from);
      },
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when it has ended and all it wrote was read. */
  get ended(): Promise<Deno.CommandStatus> {
    return this.#process.ended;
  }

  get hasEnded(): boolean {
    return this.#process.hasEnded;
  }

  /** Origin of its health, metrics and API; null until it is ready. */
  get http(): string | null {
    return this.#ready?.http ?? null;
  }

  /** Of an edge that is ready: origin of its own webhook. */
  get webhook(): string | undefined {
    return this.#ready?.webhook;
  }

  /** Resolves when it can take calls. @throws {Error} (rejects) with its last lines when it ends instead. */
  async ready(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), READY_TIMEOUT_MS);
    });
    const result = await Promise.race([this.#told.promise, this.ended.then(describeEnd), late]);
    clearTimeout(timer);
    if (typeof result === "object") return;
    const why = result === "late" ? `said nothing for ${READY_TIMEOUT_MS / 1000} s` : result;
    throw new Error(`Cannot start ${this.label}: it ${why}\n${this.#process.output}`);
  }

  signal(signal: Deno.Signal): void {
    this.#process.signal(signal);
  }

  /** SIGKILL: what a crash looks like from outside. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** SIGTERM: it takes no new call and ends after its last one. @returns its exit code */
  async drain(): Promise<number> {
    this.signal("SIGTERM");
    return (await this.ended).code;
  }

  /** Whether it is the one line that is meant for us. */
  #isReadyLine(line: string): boolean {
    if (this.#ready) return false;
    this.#ready = parseReadyLine(line);
    if (this.#ready) this.#told.resolve(this.#ready);
    return this.#ready !== undefined;
  }
}

/** How a process has ended, after its name: `ended by SIGKILL`. */
export function describeEnd({ code, signal }: Deno.CommandStatus): string {
  return signal ? `ended by ${signal}` : `ended with code ${code}`;
}
