import { listening, LocalProcess } from "shared/testing/local_process.ts";
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
export class Balancer implements AsyncDisposable {
  readonly #process: LocalProcess;

  private constructor(process: LocalProcess) {
    this.#process = process;
  }

  /** Resolves when it accepts connections. @throws {Error} (rejects) with its last lines when it does not. */
  static async start(options: BalancerOptions): Promise<Balancer> {
    const { port, dir, edges, onLine, onProgress } = options;
    const config = `${dir}/haproxy.cfg`;
    const portOf = (origin: string) => Number(new URL(origin).port);
    const balanced = edges.flatMap(({ instance, webhook, http }) =>
      webhook && http ? [{ instance, port: portOf(webhook), httpPort: portOf(http) }] : []
    );
    await Deno.writeTextFile(config, balancerConfig(port, balanced));
    onProgress?.("starting haproxy");
    const process = new LocalProcess("haproxy", {
      args: ["-db", "-f", config],
      apart: true,
      onLine: (line, from) => onLine?.("haproxy", line, from),
    });
    try {
      await listening(process, port);
    } catch (error) {
      await process.kill();
      throw error;
    }
    return new Balancer(process);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get ended(): Promise<Deno.CommandStatus> {
    return this.#process.ended;
  }

  get hasEnded(): boolean {
    return this.#process.hasEnded;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
  }
}
