/** The server of the bench, as its parent sees it. */
import type { LoadReport } from "./load_meter.ts";
import type { LoadQuestion, LoadTarget } from "./load_server.ts";

const PERMISSIONS = [
  "--no-prompt",
  "--ignore-env",
  "--allow-net=127.0.0.1",
  // The `.proto` files, wherever Deno keeps Google's packages.
  "--allow-read",
  "--allow-sys=uid,gid",
];

export class ServerProcess implements AsyncDisposable {
  readonly target: LoadTarget;
  readonly #child: Deno.ChildProcess;
  readonly #questions: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncIterator<string>;

  /** Resolves when it listens. @throws {Error} when it ends before. */
  static async start(): Promise<ServerProcess> {
    const child = new Deno.Command("deno", {
      args: ["run", ...PERMISSIONS, new URL("load_server.ts", import.meta.url).href],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const answers = lines(child.stdout);
    return new ServerProcess(child, answers, await nextOf(answers));
  }

  private constructor(child: Deno.ChildProcess, answers: AsyncIterator<string>, target: unknown) {
    this.#child = child;
    this.#questions = child.stdin.getWriter();
    this.#answers = answers;
    this.target = target as LoadTarget;
  }

  /** Counts anew: of the streams that open from now on. */
  async reset(): Promise<void> {
    await this.#ask("reset");
  }

  async report(): Promise<LoadReport> {
    return await this.#ask("report") as LoadReport;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may have ended before.
    await this.#questions.close().catch(() => {});
    await this.#answers.return?.();
    await this.#child.status;
  }

  async #ask(question: LoadQuestion): Promise<unknown> {
    const asked = this.#questions.write(new TextEncoder().encode(`${question}\n`));
    const [answer] = await Promise.all([nextOf(this.#answers), asked.catch(() => {})]);
    return answer;
  }
}

async function nextOf(answers: AsyncIterator<string>): Promise<unknown> {
  const { done, value } = await answers.next();
  if (done) throw new Error("Cannot ask the bench's server: it has ended");
  return JSON.parse(value);
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const all = (rest + text).split("\n");
    rest = all.pop()!;
    yield* all;
  }
}
