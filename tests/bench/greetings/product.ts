/** Kav as `deno task up` runs it, with the businesses of the bench, and all their greetings built. */
import { SystemClock } from "shared/clock/system_clock.ts";
import { RedisStores } from "shared/store/redis_stores.ts";
import { startUp } from "deploy/local/start_up.ts";
import type { Instances } from "deploy/local/up_options.ts";
import type { Up } from "deploy/local/up_system.ts";
import { busOfUser } from "../../live/bus_of_user.ts";
import { businessFileText, businessId } from "./bench_businesses.ts";
import type { WatchedProcess } from "../process_meter.ts";
import { GreetingTap } from "./greeting_tap.ts";
import { LogCounter } from "./log_counter.ts";
import { NOTHING_SET } from "../../nothing_set.ts";

const WORK = ".kav";
/** For the slowest machine and the most businesses. */
const BUILT_MS = 300_000;
const LOOK_MS = 250;

export interface ProductOptions {
  readonly businesses: number;
  readonly instances: Instances;
  readonly onProgress: (what: string) => void;
  /** Aborted: the start is given up. */
  readonly signal: AbortSignal;
}

export class Product implements AsyncDisposable {
  readonly up: Up;
  readonly tap: GreetingTap;
  /** What the parts have complained of. */
  readonly complaints: LogCounter;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    { up, tap, complaints }: Pick<Product, "up" | "tap" | "complaints">,
    opened: AsyncDisposableStack,
  ) {
    this.up = up;
    this.tap = tap;
    this.complaints = complaints;
    this.#opened = opened;
  }

  /** Resolves when all its greetings are in the store. @throws {Error} (rejects) when it cannot; nothing is left then. */
  static async start(options: ProductOptions): Promise<Product> {
    const { businesses, instances, onProgress, signal } = options;
    await using opened = new AsyncDisposableStack();
    await Deno.mkdir(WORK, { recursive: true });
    const dir = await Deno.makeTempDir({ dir: WORK, prefix: "kav-bench-" });
    opened.defer(() => Deno.remove(dir, { recursive: true }));
    const businessFile = `${dir}/businesses.yaml`;
    await Deno.writeTextFile(businessFile, businessFileText(businesses));
    const complaints = new LogCounter();
    const up = opened.use(
      await startUp({
        instances,
        signal,
        tempDir: WORK,
        settings: { ...NOTHING_SET, BUSINESS_FILE: businessFile },
        onProgress,
        onLine: (label, line, from) => from === "stderr" && complaints.take(label, line),
        onEnded: (label, how) => complaints.add(`${label} ${how}`),
      }),
    );
    await greetingsBuilt(up, options);
    const bus = opened.adopt(await busOfUser(up, "tap"), (it) => it.close());
    const tap = opened.adopt(new GreetingTap(bus), (it) => it.close());
    await bus.flush();
    return new Product({ up, tap, complaints }, opened.move());
  }

  /** Its processes: the servers, then the services. */
  get processes(): WatchedProcess[] {
    const { services } = this.up.info;
    const labels = new Map(this.up.services.map(({ pid, label }) => [pid, label]));
    return services.map(({ name, pid }) => ({ name: labels.get(pid) ?? name, pid }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

async function greetingsBuilt(
  up: Up,
  { businesses, onProgress, signal }: ProductOptions,
): Promise<void> {
  const clock = new SystemClock();
  const stores = await RedisStores.connect({ url: up.redis.url, clock, onEvent: () => {} });
  try {
    const deadlineMs = performance.now() + BUILT_MS;
    for (let built = 0; built < businesses;) {
      signal.throwIfAborted();
      const entry = await stores.greetings.get(businessId(built));
      if (entry) built++;
      else if (performance.now() > deadlineMs) {
        throw new Error(`Cannot measure: ${built} of ${businesses} greetings were built in time`);
      } else {
        onProgress(`${built} of ${businesses} greetings are built`);
        await clock.sleepUntil(clock.now() + LOOK_MS);
      }
    }
    onProgress(`${businesses} greetings are built`);
  } finally {
    await stores.close();
  }
}
