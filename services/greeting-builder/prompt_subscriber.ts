import type { DurableMessage } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { promptChanged } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Stores } from "shared/store/stores.ts";
import type { BuilderMetrics } from "./builder_metrics.ts";
import { refreshGreeting, type RefreshResult } from "./greeting_renderer.ts";

/** Well within the consumer's 30 s (`kav_streams.ts`). */
const WORKING_PERIOD_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

export interface PromptSubscriberOptions {
  readonly clock: Clock;
  readonly stores: Pick<Stores, "businesses" | "greetings">;
  readonly synthesizer: Synthesizer;
  readonly metrics: BuilderMetrics;
  readonly log: Log;
  /** ISO 8601. */
  readonly now: () => string;
  /** Breaks off a render at hand. */
  readonly signal: AbortSignal;
}

type Result = RefreshResult | { readonly outcome: "unknown" };

/** Handles one prompt change at a time: renders what is stale, acknowledges, or asks for it again later. */
export class PromptSubscriber {
  readonly #options: PromptSubscriberOptions;

  constructor(options: PromptSubscriberOptions) {
    this.#options = options;
  }

  async handle(message: DurableMessage): Promise<void> {
    const { clock, metrics, log } = this.#options;
    const decoded = decodeJson(promptChanged, message.data);
    if (!decoded.ok) {
      const { problem } = decoded;
      metrics.badMessages.inc({ subject: "prompt.changed" });
      metrics.promptEvents.inc({ result: "bad" });
      log.warnLimited("bad prompt", "bad message on the bus", {
        subject: message.subject,
        problem,
      });
      return message.ack();
    }
    const stopWorking = every(clock, WORKING_PERIOD_MS, () => message.working());
    try {
      this.#settle(
        message,
        decoded.value.business_id,
        await this.#refresh(decoded.value.business_id),
      );
    } finally {
      stopWorking();
    }
  }

  #settle(message: DurableMessage, business: string, result: Result): void {
    const { metrics, log } = this.#options;
    const { outcome } = result;
    metrics.promptEvents.inc({ result: outcome });
    if (outcome === "rendered") metrics.rendered.inc();
    if (!("error" in result)) {
      log.info("prompt changed", { business, result: outcome });
      return message.ack();
    }
    metrics.failed.inc();
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (message.deliveries - 1));
    log.error(`greeting ${outcome}`, {
      business,
      deliveries: message.deliveries,
      retry_ms: retryMs,
      error: String(result.error),
    });
    message.nak(retryMs);
  }

  async #refresh(id: string): Promise<Result> {
    const { stores } = this.#options;
    try {
      const business = await stores.businesses.get(id);
      if (!business) return { outcome: "unknown" };
      return await refreshGreeting(business, { ...this.#options, greetings: stores.greetings });
    } catch (error) {
      return { outcome: "unstored", error };
    }
  }
}
