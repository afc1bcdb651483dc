import { LocalProcess } from "shared/testing/local_process.ts";
import { NOTHING_SET } from "../nothing_set.ts";

const ROOT = new URL("../../", import.meta.url);

export type ServiceTask = "edge" | "stt" | "dialog" | "greetings";

/** One service as a person starts it alone: `deno task edge` and the like. */
export class ServiceProcess implements AsyncDisposable {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly process: LocalProcess;

  /** @param settings by their names in the environment; all others are unset. */
  constructor(
    task: ServiceTask,
    settings: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ) {
    this.process = new LocalProcess("deno", {
      args: ["task", "--quiet", task, ...args],
      cwd: ROOT,
      env: { ...NOTHING_SET, NO_COLOR: "1", ...settings },
      onLine: (line, from) => this[from].push(line),
    });
  }

  /** The fields of its READY line. @throws {Error} with all it wrote, when none comes. */
  async ready(timeoutMs = 60_000): Promise<Readonly<Record<string, string>>> {
    const line = await this.line("stdout", /^READY /, timeoutMs);
    const [, name, ...fields] = line.split(" ");
    return { name: name!, ...Object.fromEntries(fields.map((field) => field.split(/=(.*)/s))) };
  }

  /** The first line that fits. @throws {Error} with all it wrote, when none comes. */
  async line(from: "stdout" | "stderr", pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const line = this[from].find((each) => pattern.test(each));
      if (line !== undefined) return line;
      if (this.process.hasEnded || performance.now() > deadlineMs) {
        throw new Error(`Cannot see ${pattern} on ${from}:\n${this.process.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Sends a signal and waits for the end. */
  async end(signal?: Deno.Signal): Promise<number> {
    if (signal) this.process.signal(signal);
    return (await this.process.ended).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // `deno task` hands SIGTERM on; killed, it would leave the service behind.
    await this.process.stop();
  }
}

/** Status and body of a GET. */
export async function ask(url: string): Promise<{ status: number; body: string }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.text() };
}
