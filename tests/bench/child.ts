/** A process of a bench's own, spoken to in lines of JSON. */
import { eachLine } from "./lines.ts";

const PERMISSIONS = ["--no-prompt", "--ignore-env", "--allow-net=127.0.0.1"];

export class Child implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncIterator<string>;

  /** @param flags what it needs beside the loopback. */
  constructor(file: URL, flags: readonly string[] = [], args: readonly string[] = []) {
    this.#child = new Deno.Command("deno", {
      args: ["run", ...PERMISSIONS, ...flags, file.href, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.pid = this.#child.pid;
    this.#requests = this.#child.stdin.getWriter();
    this.#answers = eachLine(this.#child.stdout);
  }

  async tell(request: unknown): Promise<void> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  }

  /** Its next line. @throws {Error} when it has ended. */
  async next(): Promise<unknown> {
    const { done, value } = await this.#answers.next();
    if (done) throw new Error("Cannot go on: a process of the bench has ended");
    return JSON.parse(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Interrupted, it may be in the middle of a load; or it has ended before.
    await this.#requests.close().catch(() => {});
    try {
      this.#child.kill();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#answers.return?.();
    await this.#child.status;
  }
}
