import { freePort, listening, LocalProcess, type LocalProcessOptions } from "./local_process.ts";

export interface LocalServerOptions {
  /** Default: one that is free. */
  readonly port?: number;
  /** Its files; default: a temporary folder that goes with the server. */
  readonly dir?: string;
  /** As of a `LocalProcess`. */
  readonly onLine?: LocalProcessOptions["onLine"];
  /** As of a `LocalProcess`. */
  readonly apart?: boolean;
}

export interface ServerProgram {
  readonly command: string;
  readonly args: (port: number, dir: string) => string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A real server on loopback: started, suspended, killed and started again on the same port and files. */
export class LocalServer implements AsyncDisposable {
  readonly port: number;
  readonly dir: string;
  readonly #program: ServerProgram;
  readonly #options: LocalServerOptions;
  #process: LocalProcess;

  /** Not listening yet: see `ready`. */
  protected constructor(program: ServerProgram, options: LocalServerOptions) {
    this.#program = program;
    this.#options = options;
    this.port = options.port ?? freePort();
    this.dir = options.dir ?? Deno.makeTempDirSync({ prefix: `kav-${program.command}-` });
    this.#process = this.#spawn();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when the process that runs now has ended. */
  get ended(): Promise<Deno.CommandStatus> {
    return this.#process.ended;
  }

  get hasEnded(): boolean {
    return this.#process.hasEnded;
  }

  /** Its last lines. */
  get output(): string {
    return this.#process.output;
  }

  /** Nothing is answered, and no connection breaks. */
  suspend(): void {
    this.#process.signal("SIGSTOP");
  }

  resume(): void {
    this.#process.signal("SIGCONT");
  }

  /** SIGKILL: all connections break. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** After `kill`. */
  async startAgain(): Promise<void> {
    this.#process = this.#spawn();
    await this.ready();
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.#process.stop();
    if (this.#options.dir === undefined) await Deno.remove(this.dir, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Resolves when it accepts connections. @throws {Error} with its last lines when it does not. */
  protected async ready(): Promise<this> {
    try {
      await listening(this.#process, this.port);
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  #spawn(): LocalProcess {
    const { command, args, env } = this.#program;
    const { onLine, apart = false } = this.#options;
    const options: LocalProcessOptions = {
      args: args(this.port, this.dir),
      apart,
      ...(env === undefined ? {} : { env }),
      ...(onLine === undefined ? {} : { onLine }),
    };
    return new LocalProcess(command, options);
  }
}
