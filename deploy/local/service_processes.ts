import config from "../../deno.json" with { type: "json" };
import { ServiceProcess, type TakeLine } from "./service_process.ts";
import { denoArgsOf } from "./task_command.ts";
import type { ServiceName } from "./up_options.ts";
import type { PlannedService } from "./up_plan.ts";

export interface ServiceProcessesOptions {
  readonly denoArgs?: (service: ServiceName) => readonly string[];
  readonly onLine?: TakeLine;
  readonly onProgress?: (what: string) => void;
}

/** All services of one run, those that have ended included. */
export class ServiceProcesses {
  readonly list: ServiceProcess[] = [];
  readonly #options: ServiceProcessesOptions;
  #ending = false;

  constructor(options: ServiceProcessesOptions) {
    this.#options = options;
  }

  /** Resolves when it can take calls. @throws {Error} (rejects) with its last lines when it ends instead. */
  async start(plan: PlannedService): Promise<ServiceProcess> {
    if (this.#ending) throw new Error(`Cannot start ${plan.label}: everything is being ended`);
    const { denoArgs, onLine = () => {}, onProgress } = this.#options;
    const args = denoArgs?.(plan.name) ?? denoArgsOf(config.tasks, plan.name);
    const service = new ServiceProcess(plan, args, onLine);
    this.list.push(service);
    onProgress?.(`starting ${service.label}`);
    await service.ready();
    onProgress?.(`${service.label} is ready: pid ${service.pid}, ${service.http}`);
    return service;
  }

  /** SIGTERM to all at once: no call is taken any more. Resolves when the last one has ended. */
  async drain(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.list.map((service) => service.drain()));
  }

  /** SIGKILL to all that still live. */
  async kill(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.list.map((service) => service.kill()));
  }
}
