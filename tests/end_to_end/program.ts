import { eventually } from "./kav_bench.ts";
import { NOTHING_SET } from "../nothing_set.ts";

const ROOT = new URL("../../", import.meta.url);

/** One of the project's commands, as a person runs it: `deno task <name>`. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdout: string[] = [];
  readonly #stderr: string[] = [];
  readonly #read: Promise<unknown>;
  #exited = false;

  /**
   * @param settings by their names in the environment; all others are unset
   * @param args behind the task's name
   */
  constructor(
    task: string,
    settings: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ) {
    this.#child = new Deno.Command("deno", {
      args: ["task", "--quiet", task, ...args],
      cwd: ROOT,
      env: { ...NOTHING_SET, NO_COLOR: "1", ...settings },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#read = Promise.all([
      collect(this.#child.stdout, this.#stdout),
      collect(this.#child.stderr, this.#stderr),
    ]);
    this.#child.status.then(() => this.#exited = true);
  }

  get stdout(): readonly string[] {
    return this.#stdout.join("").split("\n");
  }

  get stderr(): readonly string[] {
    return this.#stderr.join("").split("\n");
  }

  /** Waits for a line on standard output. @throws with all that was written, when it does not come. */
  async untilLine(fits: (line: string) => boolean, timeoutMs: number): Promise<string> {
    try {
      return await eventually(
        () => {
          const line = this.stdout.find(fits);
          if (line === undefined && this.#exited) throw new Error("Cannot read on: it has ended");
          return line;
        },
        "a line on standard output",
        timeoutMs,
      );
    } catch (cause) {
      throw new Error([...this.stdout, ...this.stderr].join("\n"), { cause });
    }
  }

  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Resolves with the exit code when it has ended and all it wrote was read. */
  async exit(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#read;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#exited) this.#child.kill("SIGKILL");
    await this.exit();
  }
}

async function collect(stream: ReadableStream<Uint8Array>, into: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) into.push(decoder.decode(bytes, { stream: true }));
}
