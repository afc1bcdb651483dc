import { LocalServer } from "shared/testing/local_server.ts";
import { balancerConfig } from "./balancer.ts";
import type { ServiceProcess, TakeLine } from "./service_process.ts";

export interface BalancerOptions {
  /** Of the webhook. */
  readonly port: number;
  /** Where its configuration is written. */
  readonly dir: string;
  /** Those among them that have a webhook are balanced; they are ready. */
  readonly edges: readonly ServiceProcess[];
  readonly onLine?: TakeLine;
  readonly onProgress?: (what: string) => void;
}

/** haproxy in front of several edges. */
export class Balancer extends LocalServer {
  private constructor(config: string, { port, dir, onLine }: BalancerOptions) {
    super({ command: "haproxy", args: () => ["-db", "-f", config] }, {
      port,
      dir,
      apart: true,
      onLine: (line, from) => onLine?.("haproxy", line, from),
    });
  }

  /** Resolves when it accepts connections. @throws {Error} (rejects) with its last lines when it does not. */
  static async start(options: BalancerOptions): Promise<Balancer> {
    const { port, dir, edges, onProgress } = options;
    const config = `${dir}/haproxy.cfg`;
    const portOf = (origin: string) => Number(new URL(origin).port);
    const balanced = edges.flatMap(({ instance, webhook, http }) =>
      webhook && http ? [{ instance, port: portOf(webhook), httpPort: portOf(http) }] : []
    );
    await Deno.writeTextFile(config, balancerConfig(port, balanced));
    onProgress?.("starting haproxy");
    return await new Balancer(config, options).ready();
  }
}
