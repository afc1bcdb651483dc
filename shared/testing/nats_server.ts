import { LocalServer, type LocalServerOptions } from "./local_server.ts";

export interface NatsServerOptions extends LocalServerOptions {
  /** A configuration file; its variables are filled from `env`. Default: none, JetStream on, no users. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it tells about itself (`/connz`, `/varz`); default: nowhere. */
  readonly monitorPort?: number;
}

/** A real nats-server. Started again, it still has its streams. */
export class NatsServer extends LocalServer {
  private constructor({ config, env, monitorPort, ...options }: NatsServerOptions) {
    const args = (port: number, dir: string) => [
      ...["-a", "127.0.0.1", "-p", String(port), "-sd", dir],
      ...(config === undefined ? ["-js"] : ["-c", config]),
      ...(monitorPort === undefined ? [] : ["-m", String(monitorPort)]),
    ];
    super({ command: "nats-server", args, ...(env === undefined ? {} : { env }) }, options);
  }

  /** Resolves when it accepts connections. @throws {Error} when it does not. */
  static start(options: NatsServerOptions = {}): Promise<NatsServer> {
    return new NatsServer(options).ready();
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }
}
