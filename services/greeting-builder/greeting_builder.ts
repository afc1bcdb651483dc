import type { Bus, Subscription } from "shared/bus/bus.ts";
import { PROMPTS } from "shared/bus/kav_streams.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import { type BuilderMetrics, builderMetrics } from "./builder_metrics.ts";
import { importBusinesses } from "./business_import.ts";
import { fillGreetings } from "./greeting_renderer.ts";
import { PromptSubscriber } from "./prompt_subscriber.ts";

const NAME = "greeting-builder";
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

export interface GreetingBuilderOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Pick<Stores, "businesses" | "greetings">;
  /** Open; its owner closes it. */
  readonly synthesizer: Synthesizer;
  /** The content of the business file, brought into the store where it is new there. */
  readonly businesses: readonly Business[];
  readonly log: Log;
  readonly metrics: Metrics;
  /** ISO 8601; default: the wall clock. */
  readonly now?: () => string;
}

export interface GreetingBuilder extends Service {
  /** Resolves when all greetings are rendered and prompt changes are heard, or when it is told to end before. */
  readonly prepared: Promise<void>;
}

/**
 * Renders greetings: all that are missing or stale at its start, then each whose prompt changes.
 *
 * Returns at once; it is ready when `prepared`, which it tries again and again while the store is away.
 */
export function startGreetingBuilder(options: GreetingBuilderOptions): GreetingBuilder {
  return new RunningBuilder(options);
}

class RunningBuilder implements GreetingBuilder {
  readonly name = NAME;
  readonly prepared: Promise<void>;
  readonly #options: GreetingBuilderOptions;
  readonly #log: Log;
  readonly #metrics: BuilderMetrics;
  readonly #now: () => string;
  readonly #prompts: PromptSubscriber;
  /** Takes on nothing more. */
  readonly #draining = new AbortController();
  /** Breaks off what is at hand. */
  readonly #stopping = new AbortController();
  #subscription: Subscription | undefined;
  #handling: Promise<void> = Promise.resolve();

  constructor(options: GreetingBuilderOptions) {
    const { clock, stores, synthesizer, now = () => new Date().toISOString() } = options;
    this.#options = options;
    this.#log = options.log.with({ service: NAME });
    this.#metrics = builderMetrics(options.metrics);
    this.#now = now;
    this.#prompts = new PromptSubscriber({
      clock,
      stores,
      synthesizer,
      metrics: this.#metrics,
      log: this.#log,
      now,
      signal: this.#stopping.signal,
    });
    this.prepared = this.#prepare();
  }

  ready(): boolean {
    return this.#options.bus.connected && this.#subscription !== undefined &&
      !this.#draining.signal.aborted;
  }

  /** Finishes the greeting at hand. */
  async drain(): Promise<void> {
    this.#draining.abort();
    this.#subscription?.unsubscribe();
    await Promise.all([this.prepared, this.#handling]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("Cannot render on: greeting-builder stops"));
    await this.drain();
  }

  async #prepare(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#draining;
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted;) {
      const problem = await this.#prepareOnce();
      if (problem === undefined || signal.aborted) return;
      this.#log.warn("greetings not prepared", { reason: problem, retry_ms: retryMs });
      await clock.sleepUntil(clock.now() + retryMs, signal);
      retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
    }
  }

  /** What went wrong; undefined when all is prepared. */
  async #prepareOnce(): Promise<string | undefined> {
    const { stores, businesses } = this.#options;
    try {
      await importBusinesses(businesses, stores.businesses, this.#log);
      const unstored = await this.#fill();
      if (unstored > 0) return `${unstored} greetings not stored`;
      await this.#join();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Hears prompt changes. Told to drain it waits no longer, and leaves as soon as it has joined. */
  async #join(): Promise<void> {
    const { signal } = this.#draining;
    if (signal.aborted) return;
    const draining = Promise.withResolvers<undefined>();
    signal.addEventListener("abort", () => draining.resolve(undefined), { once: true });
    const joining = this.#options.bus.consume(
      PROMPTS,
      (message) => this.#handling = this.#prompts.handle(message),
    );
    this.#subscription = await Promise.race([joining, draining.promise]);
    if (!this.#subscription) joining.then((late) => late.unsubscribe(), () => {});
    else if (signal.aborted) this.#subscription.unsubscribe();
  }

  async #fill(): Promise<number> {
    const { stores, synthesizer } = this.#options;
    const { unstored, ...counts } = await fillGreetings({
      stores,
      synthesizer,
      log: this.#log,
      now: this.#now,
      signal: this.#stopping.signal,
      goOn: () => !this.#draining.signal.aborted,
      onOutcome: (outcome) => {
        if (outcome === "rendered") this.#metrics.rendered.inc();
        else if (outcome !== "fresh") this.#metrics.failed.inc();
      },
    });
    this.#log.info("greetings looked through", { ...counts, unstored });
    return unstored;
  }
}
