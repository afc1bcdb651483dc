import type { Bus, Subscription } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { PROMPTS } from "shared/bus/kav_streams.ts";
import type { PromptChanged, PromptDead } from "shared/bus/messages.ts";
import { promptDeadSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { RouteHandler } from "shared/runtime/health.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import { businessApi } from "./api/business_api.ts";
import { PromptAnnouncer } from "./api/prompt_announcer.ts";
import { type BuilderMetrics, builderMetrics } from "./builder_metrics.ts";
import { importBusinesses } from "./business_import.ts";
import { GreetingBuilds } from "./greeting_builds.ts";
import { wantedHash } from "./greeting_renderer.ts";
import { insist } from "./insist.ts";
import { walkGreetings } from "./greeting_walk.ts";
import { PromptSubscriber } from "./prompt_subscriber.ts";
import { RenderLimit } from "./render_limit.ts";

const NAME = "greeting-builder";
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** With more greetings to build than that, it is ready before they are there. */
const WALK_PATIENCE_MS = 10_000;
/** How long the last changes may take to reach the bus. */
const ANNOUNCE_LIMIT_MS = 1_000;
const MAX_ERROR_CHARS = 1_000;

export interface GreetingBuilderOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Pick<Stores, "businesses" | "greetings" | "greetingBuilds">;
  /** Open; its owner closes it. */
  readonly synthesizer: Synthesizer;
  /** The content of the business file, brought into the store where it is new there. */
  readonly businesses: readonly Business[];
  /** Of the business API; without one, it refuses everybody. */
  readonly adminToken: string | undefined;
  readonly rendersPerMinute: number;
  /** Unique among builders. */
  readonly instance: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** ISO 8601; default: the wall clock. */
  readonly now?: () => string;
}

export interface GreetingBuilder extends Service {
  /** The business API. */
  readonly routes: RouteHandler;
  /** Resolves when all greetings are built and prompt changes are heard, or when it is told to end before. */
  readonly prepared: Promise<void>;
}

/**
 * Builds greetings: all that are missing or stale at its start, then each whose prompt changes; and serves the API
 * that changes them.
 *
 * Returns at once; it is ready when prompt changes are heard and the greetings of its start are built, or that takes
 * more than 10 s. While the store is away it tries again and again.
 */
export function startGreetingBuilder(options: GreetingBuilderOptions): GreetingBuilder {
  return new RunningBuilder(options);
}

class RunningBuilder implements GreetingBuilder {
  readonly name = NAME;
  readonly routes: RouteHandler;
  readonly prepared: Promise<void>;
  readonly #options: GreetingBuilderOptions;
  readonly #log: Log;
  readonly #metrics: BuilderMetrics;
  readonly #builds: GreetingBuilds;
  readonly #prompts: PromptSubscriber;
  readonly #announcer: PromptAnnouncer;
  /** Takes on nothing more. */
  readonly #draining = new AbortController();
  /** Breaks off what is at hand. */
  readonly #stopping = new AbortController();
  #subscription: Subscription | undefined;
  #walked = false;

  constructor(options: GreetingBuilderOptions) {
    const { bus, clock, now = () => new Date().toISOString() } = options;
    const log = options.log.with({ service: NAME });
    const metrics = builderMetrics(options.metrics);
    this.#options = options;
    this.#log = log;
    this.#metrics = metrics;
    const limit = new RenderLimit(clock, options.rendersPerMinute);
    const builds = this.#builds = new GreetingBuilds({
      ...options,
      limit,
      now,
      log,
      onRendered: () => metrics.rendered.inc(),
      draining: this.#draining.signal,
      signal: this.#stopping.signal,
    });
    const bury = (...of: Parameters<typeof buried>) => publishDead(bus, buried(...of));
    this.#prompts = new PromptSubscriber({ builds, clock, metrics, log, bury });
    this.#announcer = new PromptAnnouncer({ bus, clock, log });
    this.routes = businessApi({
      ...options,
      token: options.adminToken,
      hashOf: (business) => wantedHash(business, options.synthesizer),
      announce: (changed) => this.#announcer.announce(changed),
      log,
    });
    this.prepared = this.#prepare();
  }

  ready(): boolean {
    return this.#options.bus.connected && this.#subscription !== undefined && this.#walked &&
      !this.#draining.signal.aborted;
  }

  /** Finishes the greetings at hand. What the API is told meanwhile is for other builders. */
  async drain(): Promise<void> {
    this.#draining.abort();
    this.#subscription?.unsubscribe();
    await Promise.all([this.prepared, this.#prompts.drain()]);
  }

  async stop(): Promise<void> {
    const { clock } = this.#options;
    this.#stopping.abort(new Error("Cannot build on: greeting-builder stops"));
    await this.drain();
    await this.#announcer.drain(clock.now() + ANNOUNCE_LIMIT_MS);
  }

  async #prepare(): Promise<void> {
    const { stores, businesses } = this.#options;
    try {
      await this.#insist(
        "businesses not imported",
        () => importBusinesses(businesses, stores.businesses, this.#log),
      );
      await this.#insist("prompt changes not heard", () => this.#join());
      const walk = this.#insist("greetings not looked through", () => this.#walk());
      await within(this.#options.clock, WALK_PATIENCE_MS, () => walk);
      this.#walked = true;
      await walk;
    } catch (error) {
      // Told to drain, it leaves what it could not do to others.
      if (!this.#draining.signal.aborted) throw error;
    }
  }

  /** @throws when it is told to drain before it begins, or before it succeeds. */
  async #insist<T>(failed: string, work: () => Promise<T>): Promise<T> {
    const { signal } = this.#draining;
    signal.throwIfAborted();
    return await insist(work, {
      clock: this.#options.clock,
      firstRetryMs: FIRST_RETRY_MS,
      longestRetryMs: LONGEST_RETRY_MS,
      signal,
      onRetry: (error, retryMs) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn(failed, { reason, retry_ms: retryMs });
      },
    });
  }

  /** Hears prompt changes. Told to drain it waits no longer, and leaves as soon as it has joined. */
  async #join(): Promise<void> {
    const { signal } = this.#draining;
    const draining = Promise.withResolvers<undefined>();
    signal.addEventListener("abort", () => draining.resolve(undefined), { once: true });
    const { bus } = this.#options;
    const joining = bus.consume(PROMPTS, (message) => this.#prompts.handle(message));
    this.#subscription = await Promise.race([joining, draining.promise]);
    if (!this.#subscription) joining.then((late) => late.unsubscribe(), () => {});
    else if (signal.aborted) this.#subscription.unsubscribe();
  }

  async #walk(): Promise<void> {
    const { businesses } = this.#options.stores;
    const goOn = () => !this.#draining.signal.aborted;
    const result = await walkGreetings({ businesses, builds: this.#builds, log: this.#log, goOn });
    this.#metrics.failed.inc(result.failed + result.unspeakable);
    this.#log.info("greetings looked through", { ...result });
  }
}

function buried(event: PromptChanged, error: string, deliveries: number): PromptDead {
  return { ...event, error: error.slice(0, MAX_ERROR_CHARS), deliveries };
}

/** @returns false while the bus is away. */
function publishDead(bus: Bus, dead: PromptDead): boolean {
  return bus.publish(promptDeadSubject(dead.business_id), encodeJson(dead));
}
