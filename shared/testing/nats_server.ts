import { freePort, listening, LocalProcess } from "./local_process.ts";

export interface NatsServerOptions {
  /** A configuration file; its variables are filled from `env`. Default: none, JetStream on, no users. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Where it tells about itself (`/connz`, `/varz`); default: nowhere. */
  readonly monitorPort?: number;
  /** Where JetStream keeps its files; default: a temporary folder that goes with the server. */
  readonly storeDir?: string;
  readonly onLine?: (line: string) => void;
  /** As of a `LocalProcess`. */
  readonly apart?: boolean;
}

/** A real nats-server on loopback: started, suspended, killed and started again on the same port and files. */
export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly storeDir: string;
  readonly #options: NatsServerOptions;
  #process: LocalProcess;

  private constructor(options: NatsServerOptions, port: number, storeDir: string) {
    this.#options = options;
    this.port = port;
    this.storeDir = storeDir;
    this.#process = this.#spawn();
  }

  /** Resolves when it accepts connections. @throws {Error} when it does not. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const storeDir = options.storeDir ?? await Deno.makeTempDir({ prefix: "kav-nats-" });
    const server = new NatsServer(options, options.port ?? freePort(), storeDir);
    await server.#ready();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
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

  /** After `kill`: on the same port, with the same files. */
  async startAgain(): Promise<void> {
    this.#process = this.#spawn();
    await this.#ready();
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.#process.stop();
    if (this.#options.storeDir === undefined) {
      await Deno.remove(this.storeDir, { recursive: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #spawn(): LocalProcess {
    const { config, env, onLine, apart = false, monitorPort } = this.#options;
    return new LocalProcess("nats-server", {
      args: [
        ...["-a", "127.0.0.1", "-p", String(this.port), "-sd", this.storeDir],
        ...(config === undefined ? ["-js"] : ["-c", config]),
        ...(monitorPort === undefined ? [] : ["-m", String(monitorPort)]),
      ],
      apart,
      ...(env === undefined ? {} : { env }),
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
