/** A program of this machine, started for a test or for `deno task up`. Never touches what others have started. */
export interface LocalProcessOptions {
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string | URL;
  /**
   * In a session of its own, so that Ctrl-C in our terminal does not reach it; killed when we are (where there
   * is `setpriv`, and the permission to run it).
   */
  readonly apart?: boolean;
  /** Takes each line of its standard output and error. */
  readonly onLine?: (line: string, from: "stdout" | "stderr") => void;
}

/** Lines kept for the error of a program that has failed. */
const KEPT_LINES = 50;
const STOP_MS = 5_000;

export class LocalProcess implements AsyncDisposable {
  readonly command: string;
  readonly pid: number;
  /** Resolves when it has ended and all it wrote was read. */
  readonly ended: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  #hasEnded = false;

  /** @throws {Error} when there is no such command. */
  constructor(command: string, options: LocalProcessOptions) {
    this.command = command;
    this.#child = spawn(command, options);
    this.pid = this.#child.pid;
    const take = (from: "stdout" | "stderr") => (line: string) => {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      options.onLine?.(line, from);
    };
    this.ended = Promise.all([
      this.#child.status,
      eachLine(this.#child.stdout, take("stdout")),
      eachLine(this.#child.stderr, take("stderr")),
    ]).then(([status]) => {
      this.#hasEnded = true;
      return status;
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Its last lines. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** Sends a signal, if it still lives. `SIGSTOP` and `SIGCONT` suspend and wake it. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** SIGTERM, and SIGKILL to one that has not ended 5 s later. */
  async stop(): Promise<Deno.CommandStatus> {
    // One that is suspended takes no SIGTERM.
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), STOP_MS);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** SIGKILL: what a crash looks like from outside. */
  async kill(): Promise<Deno.CommandStatus> {
    this.signal("SIGKILL");
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** A port that is free now. Another program may take it before it is used: rare, and the start then says so. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/**
 * Resolves when something accepts connections on a port of 127.0.0.1.
 *
 * @throws {Error} with its last lines when the process ends, or says nothing for `timeoutMs`.
 */
export async function listening(
  process: LocalProcess,
  port: number,
  timeoutMs = 10_000,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      if (process.hasEnded || performance.now() > deadlineMs) {
        throw new Error(`Cannot reach ${process.command} on port ${port}:\n${process.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Becomes the program, which is then killed as soon as we end: Linux's "parent death signal". */
const KILLED_WITH_US = ["setpriv", "--pdeathsig", "KILL", "--"] as const;

function spawn(command: string, options: LocalProcessOptions): Deno.ChildProcess {
  if (options.apart) {
    const [setpriv, ...before] = KILLED_WITH_US;
    try {
      return spawned(setpriv, { ...options, args: [...before, command, ...options.args] });
    } catch {
      // There is none here, or it may not be run.
    }
  }
  try {
    return spawned(command, options);
  } catch (cause) {
    throw new Error(
      `Cannot start ${command}: it must be installed (deno task install:servers) and on the PATH`,
      { cause },
    );
  }
}

function spawned(
  command: string,
  { args, env, cwd, apart = false }: LocalProcessOptions,
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args: [...args],
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
    detached: apart,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    lines.forEach(take);
  }
  if (rest !== "") take(rest);
}
