import type { DurableMessage } from "shared/bus/bus.ts";
import type { PromptChanged } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";
import type { Log } from "shared/runtime/log.ts";
import type { BuilderMetrics } from "./builder_metrics.ts";
import type { BuildResult, GreetingBuilds } from "./greeting_builds.ts";
import { readPromptEvent } from "./prompt_event.ts";

/** Well within the consumer's wait for an acknowledgement (`kav_streams.ts`). */
const WORKING_PERIOD_MS = 3_000;
/** Held at once; what comes beyond stays with the other builders. */
const MAX_HELD = 64;
/** Businesses built at once: a synthesizer over the network is waited for most of the time. */
const MAX_BUILDS = 4;
const MAX_FAILURES = 5;
/** Whoever takes it dies, it seems. */
const MAX_DELIVERIES = 10;
/** The first retry after a second, the fourth after two minutes: an outage of a minute gives nothing up. */
const FIRST_RETRY_MS = 1_000;
const RETRY_FACTOR = 5;

interface Held {
  readonly message: DurableMessage;
  readonly event: PromptChanged;
}

export interface PromptSubscriberOptions {
  readonly builds: Pick<GreetingBuilds, "build">;
  readonly clock: Clock;
  readonly metrics: BuilderMetrics;
  readonly log: Log;
  /** Publishes a change that is given up. @returns false while the bus is away. */
  readonly bury: (event: PromptChanged, error: string, deliveries: number) => boolean;
}

/**
 * Carries out prompt changes: those of one business together, a few businesses at a time.
 *
 * - A change is acknowledged when the store has the greeting of the newest text, and kept alive until then.
 * - One that fails comes again after 1, 5, 25 and 125 s; at the fifth failure it is buried. Deliveries are counted, so
 *   one of which a builder died counts as well.
 */
export class PromptSubscriber {
  readonly #options: PromptSubscriberOptions;
  /** Not begun yet, by business, in the order of their first change. */
  readonly #waiting = new Map<string, Held[]>();
  readonly #building = new Map<string, Held[]>();
  readonly #stopWorking: () => void;
  #held = 0;
  #draining = false;
  #roomForMore: (() => void) | undefined;
  #idle: (() => void) | undefined;

  constructor(options: PromptSubscriberOptions) {
    this.#options = options;
    this.#stopWorking = every(options.clock, WORKING_PERIOD_MS, () => this.#keepAlive());
  }

  /** Takes a message; resolves when it would take another. */
  async handle(message: DurableMessage): Promise<void> {
    if (this.#draining) return message.nak();
    const read = readPromptEvent(message.subject, message.data);
    if (!read.ok) return this.#refuse(message, read.problem);
    const held = { message, event: read.value };
    if (message.deliveries > MAX_DELIVERIES) {
      return this.#bury(held, `no builder has carried it out in ${MAX_DELIVERIES} deliveries`);
    }
    this.#hold(held);
    if (this.#held < MAX_HELD) return;
    await new Promise<void>((resolve) => this.#roomForMore = resolve);
  }

  /** Gives back what has not begun; resolves when the rest is done. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const { message } of [...this.#waiting.values()].flat()) message.nak();
    this.#waiting.clear();
    if (this.#building.size > 0) await new Promise<void>((resolve) => this.#idle = resolve);
    this.#stopWorking();
    this.#roomForMore?.();
  }

  #refuse(message: DurableMessage, problem: string): void {
    const { metrics, log } = this.#options;
    metrics.badMessages.inc({ subject: "prompt.changed" });
    metrics.promptEvents.inc({ result: "bad" });
    const { subject } = message;
    log.warnLimited("bad prompt", "bad message on the bus", { subject, problem });
    message.ack();
  }

  #hold(held: Held): void {
    const id = held.event.business_id;
    const others = this.#waiting.get(id);
    if (others) others.push(held);
    else this.#waiting.set(id, [held]);
    this.#held++;
    this.#begin();
  }

  /** What comes for a business that is being built waits: its text may be newer than the one that was read. */
  #begin(): void {
    for (const [id, held] of this.#waiting) {
      if (this.#building.size >= MAX_BUILDS) return;
      if (this.#building.has(id)) continue;
      this.#waiting.delete(id);
      this.#building.set(id, held);
      void this.#build(id, held);
    }
  }

  async #build(id: string, held: readonly Held[]): Promise<void> {
    const { builds } = this.#options;
    try {
      this.#settle(id, held, await builds.build(id));
    } catch {
      // Broken off: somebody else builds it.
      for (const { message } of held) message.nak();
    }
    this.#building.delete(id);
    this.#held -= held.length;
    this.#begin();
    if (this.#held < MAX_HELD) this.#roomForMore?.();
    if (this.#building.size === 0) this.#idle?.();
  }

  #settle(business: string, held: readonly Held[], result: BuildResult): void {
    const { metrics, log } = this.#options;
    if (!("error" in result)) {
      metrics.promptEvents.inc({ result: result.outcome }, held.length);
      log.info("prompt changed", { business, result: result.outcome, events: held.length });
      for (const { message } of held) message.ack();
      return;
    }
    metrics.failed.inc();
    const { error } = result;
    log.error("greeting failed", { business, events: held.length, error });
    for (const each of held) {
      const isLast = each.message.deliveries >= MAX_FAILURES || result.outcome === "unspeakable";
      if (isLast) this.#bury(each, error);
      else this.#retry(each.message);
    }
  }

  #retry(message: DurableMessage): void {
    this.#options.metrics.promptEvents.inc({ result: "failed" });
    message.nak(FIRST_RETRY_MS * RETRY_FACTOR ** (message.deliveries - 1));
  }

  #bury({ message, event }: Held, error: string): void {
    const { bury, metrics, log } = this.#options;
    const { deliveries } = message;
    if (!bury(event, error, deliveries)) return message.nak(FIRST_RETRY_MS);
    metrics.promptEvents.inc({ result: "dead" });
    metrics.promptsDead.inc();
    const business = event.business_id;
    log.error("prompt change given up", { business, version: event.version, deliveries, error });
    message.ack();
  }

  #keepAlive(): void {
    for (const held of [...this.#building.values(), ...this.#waiting.values()]) {
      for (const { message } of held) message.working();
    }
  }
}
