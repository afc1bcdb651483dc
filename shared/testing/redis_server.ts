import { LocalServer, type LocalServerOptions } from "./local_server.ts";

/** A real redis-server. Started again, it is empty. */
export class RedisServer extends LocalServer {
  private constructor(options: LocalServerOptions) {
    const args = (port: number, dir: string) => [
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", dir],
      ...["--save", "", "--appendonly", "no", "--daemonize", "no"],
    ];
    super({ command: "redis-server", args }, options);
  }

  /** Resolves when it accepts connections. @throws {Error} when it does not. */
  static start(options: LocalServerOptions = {}): Promise<RedisServer> {
    return new RedisServer(options).ready();
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }
}
