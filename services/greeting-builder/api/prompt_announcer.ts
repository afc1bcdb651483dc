import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { PromptChanged } from "shared/bus/messages.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { Outbox } from "shared/runtime/outbox.ts";

/** Within, the stream has confirmed a change or counts as away. */
const CONFIRM_LIMIT_MS = 2_000;
const MAX_WAITING = 1_000;

export interface PromptAnnouncerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Tells the builders whose greeting is to be built: tried until the stream has it. Of one business only the newest
 * change waits.
 */
export class PromptAnnouncer {
  readonly #bus: Bus;
  readonly #outbox: Outbox<PromptChanged>;

  constructor({ bus, clock, log }: PromptAnnouncerOptions) {
    this.#bus = bus;
    this.#outbox = new Outbox({
      clock,
      capacity: MAX_WAITING,
      key: ({ business_id }) => business_id,
      write: (changed) => this.#publish(changed),
      // A builder that starts looks at every greeting: it finds what nobody told it.
      onLost: (count) => log.warn("prompt changes not announced", { count }),
      onRetry: (cause) =>
        log.warnLimited("announce", "prompt change not announced yet", { error: String(cause) }),
    });
  }

  announce(changed: PromptChanged): void {
    this.#outbox.push(changed);
  }

  /** Tries until all is told or the time `deadlineMs` is reached; then stops. @returns how many were given up. */
  drain(deadlineMs: number): Promise<number> {
    return this.#outbox.drain(deadlineMs);
  }

  /** @throws while the stream does not take it. */
  async #publish(changed: PromptChanged): Promise<void> {
    const { business_id } = changed;
    const result = await this.#bus.publishDurable(
      promptChangedSubject(business_id),
      encodeJson(changed),
      { timeoutMs: CONFIRM_LIMIT_MS },
    );
    if (!result.ok) throw new Error(`Cannot announce a prompt change: ${result.reason}`);
  }
}
