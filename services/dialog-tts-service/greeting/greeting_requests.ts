import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { PromptChanged } from "shared/bus/messages.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { ExpiringMap } from "shared/store/expiring_map.ts";

/** Calls that miss the same greeting meanwhile ask for nothing new. */
const ASKED_LIMITS = { ttlMs: 5_000, maxEntries: 10_000 };

export interface GreetingRequestsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Pick<Log, "warnLimited">;
}

/** Asks greeting-builder for greetings that calls have missed: for each business at most once in 5 s. */
export class GreetingRequests {
  readonly #options: GreetingRequestsOptions;
  readonly #asked: ExpiringMap<true>;

  constructor(options: GreetingRequestsOptions) {
    this.#options = options;
    this.#asked = new ExpiringMap(options.clock, ASKED_LIMITS);
  }

  /** So that the next call has it. Never rejects: where no builder listens the call goes on as well. */
  async ask(changed: PromptChanged): Promise<void> {
    const { bus, log } = this.#options;
    const { business_id: business } = changed;
    if (this.#asked.get(business)) return;
    this.#asked.set(business, true);
    const result = await bus.publishDurable(promptChangedSubject(business), encodeJson(changed));
    if (result.ok) return;
    log.warnLimited("greeting_build", "no greeting asked for", { business, reason: result.reason });
  }
}
