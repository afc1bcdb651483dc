import { stderrWriter } from "shared/runtime/line_log.ts";
import { FULL_QUEUE_WARNING, LineCounter } from "../demo/line_counter.ts";
import { LogPrefix } from "./log_prefix.ts";
import { type Instances, SERVICE_NAMES } from "./up_options.ts";
import type { TakeLine } from "./service_process.ts";

/** What people see of `deno task up`: lines of the parts with their names before them, and how it goes on. */
export class UpOutput {
  readonly #prefix: LogPrefix;
  readonly #errors = new LineCounter(FULL_QUEUE_WARNING, stderrWriter);

  constructor(instances: Instances, colour: boolean) {
    const services = SERVICE_NAMES.flatMap((name) =>
      Array.from({ length: instances[name] }, (_, i) => `${name}-${i + 1}`)
    );
    const balancer = instances.edge > 1 ? ["haproxy"] : [];
    this.#prefix = new LogPrefix([...services, ...balancer, "nats-server", "redis-server"], colour);
  }

  /** Warnings of full queues so far. */
  get fullQueueWarnings(): number {
    return this.#errors.count;
  }

  /** A line of a part, to where the part has written it. */
  readonly line: TakeLine = (label, line, from) => {
    const prefixed = this.#prefix.line(label, line);
    if (from === "stdout") this.print(prefixed);
    else this.#errors.write(`${prefixed}\n`);
  };

  readonly progress = (what: string): void => this.#errors.write(`up: ${what}\n`);

  readonly ended = (label: string, how: string): void =>
    this.progress(`${label} ${how}; the others go on`);

  readonly print = (line: string): void => console.log(line);
}
