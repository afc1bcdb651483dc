import { freePort, listening, LocalProcess } from "./local_process.ts";

export interface RedisServerOptions {
  readonly port?: number;
  readonly onLine?: (line: string) => void;
}

/** A real redis-server on loopback: started, suspended, killed and started again, empty, on the same port. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #dir: string;
  readonly #onLine: ((line: string) => void) | undefined;
  #process: LocalProcess;

  private constructor(port: number, dir: string, onLine: ((line: string) => void) | undefined) {
    this.port = port;
    this.#dir = dir;
    this.#onLine = onLine;
    this.#process = this.#spawn();
  }

  /** Resolves when it accepts connections. @throws {Error} when it does not. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const dir = await Deno.makeTempDir({ prefix: "kav-redis-" });
    const server = new RedisServer(options.port ?? freePort(), dir, options.onLine);
    await server.#ready();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process.pid;
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
    await Deno.remove(this.#dir, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #spawn(): LocalProcess {
    return new LocalProcess("redis-server", {
      args: [
        ...["--bind", "127.0.0.1", "--port", String(this.port), "--dir", this.#dir],
        ...["--save", "", "--appendonly", "no", "--daemonize", "no"],
      ],
      ...(this.#onLine === undefined ? {} : { onLine: this.#onLine }),
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
