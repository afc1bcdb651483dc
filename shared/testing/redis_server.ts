import { freePort, listening, LocalProcess } from "./local_process.ts";

export interface RedisServerOptions {
  readonly port?: number;
  readonly onLine?: (line: string) => void;
  /** Its folder; default: a temporary one that goes with the server. */
  readonly dir?: string;
  /** As of a `LocalProcess`. */
  readonly apart?: boolean;
}

/** A real redis-server on loopback: started, suspended, killed and started again, empty, on the same port. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #dir: string;
  readonly #options: RedisServerOptions;
  #process: LocalProcess;

  private constructor(options: RedisServerOptions, port: number, dir: string) {
    this.#options = options;
    this.port = port;
    this.#dir = dir;
    this.#process = this.#spawn();
  }

  /** Resolves when it accepts connections. @throws {Error} when it does not. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const dir = options.dir ?? await Deno.makeTempDir({ prefix: "kav-redis-" });
    const server = new RedisServer(options, options.port ?? freePort(), dir);
    await server.#ready();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
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
    await this.#ready();
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.#process.stop();
    if (this.#options.dir === undefined) await Deno.remove(this.#dir, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #spawn(): LocalProcess {
    const { onLine, apart = false } = this.#options;
    return new LocalProcess("redis-server", {
      apart,
      args: [
        ...["--bind", "127.0.0.1", "--port", String(this.port), "--dir", this.#dir],
        ...["--save", "", "--appendonly", "no", "--daemonize", "no"],
      ],
      ...(onLine === undefined ? {} : { onLine }),
    });
  }

  async #ready(): Promise<void> {
    try {
      await listening(this.#process, this.port);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }
}
