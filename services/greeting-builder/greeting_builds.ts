import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "shared/runtime/log.ts";
import { UnspeakableText } from "shared/speech/render_speech.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { isFreshGreeting } from "shared/store/greeting_key.ts";
import type { Stores } from "shared/store/stores.ts";
import { renderGreeting, wantedHash } from "./greeting_renderer.ts";
import { insist } from "./insist.ts";
import type { RenderLimit } from "./render_limit.ts";

/** A builder that has died keeps its lease for so long. */
const LEASE_MS = 10_000;
const RENEW_MS = LEASE_MS / 3;
/** How soon somebody who waits sees that another has built it. */
const LEASE_POLL_MS = 200;
/** What changes so soon after a build is built together, at its end. */
export const COOLDOWN_MS = 3_000;
/** A synthesizer that takes longer has failed. */
const RENDER_LIMIT_MS = 60_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export type BuildResult =
  /** `rendered`: by us; `fresh`: there was nothing to do; `unknown`: there is no such business. */
  | { readonly outcome: "rendered" | "fresh" | "unknown" }
  /** `unspeakable`: trying again changes nothing. */
  | { readonly outcome: "failed" | "unspeakable"; readonly error: string };

type Failure = Extract<BuildResult, { error: string }>;

export interface GreetingBuildsOptions {
  readonly stores: Pick<Stores, "businesses" | "greetings" | "greetingBuilds">;
  readonly synthesizer: Synthesizer;
  readonly limit: Pick<RenderLimit, "pass">;
  readonly clock: Clock;
  /** Unique among builders. */
  readonly instance: string;
  /** ISO 8601. */
  readonly now: () => string;
  readonly log: Pick<Log, "warnLimited">;
  readonly onRendered: () => void;
  /** No store is waited for any more. */
  readonly draining: AbortSignal;
  /** Breaks off what is being built. */
  readonly signal: AbortSignal;
}

/**
 * Brings the greeting of a business up to date, however many builders are asked to at the same time.
 *
 * - Whoever has the lease renders; the others see the result. After a render nobody has it for 3 s, so that a burst of
 *   changes ends in two renders: of the first and of the last text.
 * - After each render the business is read again: when it resolves the entry was that of the newest text.
 * - While the store is away it waits: that is nobody's fault, and no reason to give a greeting up.
 */
export class GreetingBuilds {
  readonly #options: GreetingBuildsOptions;
  #begun = 0;

  constructor(options: GreetingBuildsOptions) {
    this.#options = options;
  }

  /** @throws when it is broken off: by `signal`, or by a store that is away while `draining`. */
  async build(businessId: string): Promise<BuildResult> {
    const holder = `${this.#options.instance}:${++this.#begun}`;
    let rendered = false;
    for (;;) {
      const business = await this.#stale(businessId);
      if (typeof business === "string") {
        if (business === "unknown" && rendered) await this.#forget(businessId);
        return { outcome: business === "fresh" && rendered ? "rendered" : business };
      }
      if (!await this.#lease(businessId, holder)) {
        await this.#pause(LEASE_POLL_MS);
        continue;
      }
      const failure = await this.#leased(businessId, holder);
      if (failure) return failure;
      rendered = true;
    }
  }

  /** The business, when its greeting is missing or another than it should be. */
  #stale(id: string): Promise<Business | "fresh" | "unknown"> {
    const { stores, synthesizer } = this.#options;
    return this.#insist(async () => {
      const business = await stores.businesses.get(id);
      if (!business) return "unknown";
      const entry = await stores.greetings.get(id);
      return isFreshGreeting(entry, wantedHash(business, synthesizer)) ? "fresh" : business;
    });
  }

  #lease(id: string, holder: string): Promise<boolean> {
    return this.#insist(() => this.#options.stores.greetingBuilds.lease(id, holder, LEASE_MS));
  }

  /** Builds with the lease in hand, and gives it back. */
  async #leased(id: string, holder: string): Promise<Failure | undefined> {
    const { stores: { greetingBuilds }, clock } = this.#options;
    const stopRenewing = every(clock, RENEW_MS, () => {
      // Lost, another builds as well: one render too many, and no harm.
      greetingBuilds.lease(id, holder, LEASE_MS).catch(() => {});
    });
    let pauseMs = 0;
    try {
      const failure = await this.#renderAndStore(id);
      if (!failure) pauseMs = COOLDOWN_MS;
      return failure;
    } finally {
      stopRenewing();
      await greetingBuilds.release(id, holder, pauseMs).catch(() => {});
    }
  }

  async #renderAndStore(id: string): Promise<Failure | undefined> {
    const { stores, limit, signal, onRendered } = this.#options;
    await limit.pass(signal);
    // The newest text, after whatever waiting there was.
    const business = await this.#insist(() => stores.businesses.get(id));
    if (!business) return;
    const { entry, failure } = await this.#render(business);
    const { now } = this.#options;
    await this.#insist(async () => {
      if (entry) await stores.greetings.put(entry);
      const noted = failure && { error: failure.error, failedAt: now() };
      await stores.greetingBuilds.putFailure(id, noted);
    });
    if (entry) onRendered();
    return failure;
  }

  async #render(business: Business) {
    const { synthesizer, clock, now, signal } = this.#options;
    const tooSlow = new AbortController();
    const either = AbortSignal.any([tooSlow.signal, signal]);
    const render = () => renderGreeting(business, synthesizer, either, now);
    const rendered = await within(clock, RENDER_LIMIT_MS, render);
    signal.throwIfAborted();
    if (rendered.ok) return { entry: rendered.value };
    tooSlow.abort();
    return { failure: failureOf(rendered) };
  }

  async #forget(id: string): Promise<void> {
    await this.#insist(() => this.#options.stores.greetings.delete(id));
  }

  /** Asks the store until it answers, or nobody waits for it any more. */
  async #insist<T>(ask: () => Promise<T>): Promise<T> {
    const { clock, signal, draining, log } = this.#options;
    signal.throwIfAborted();
    const answer = await insist(ask, {
      clock,
      firstRetryMs: FIRST_RETRY_MS,
      longestRetryMs: LONGEST_RETRY_MS,
      signal: draining,
      onRetry: (error, retryMs) =>
        log.warnLimited("build_store", "greetings wait for the store", {
          error: String(error),
          retry_ms: retryMs,
        }),
    });
    signal.throwIfAborted();
    return answer;
  }

  async #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    await clock.sleepUntil(clock.now() + ms, signal);
    signal.throwIfAborted();
  }
}

function failureOf(
  result: { readonly reason: "timeout" } | { readonly reason: "failed"; readonly cause: unknown },
): Failure {
  if (result.reason === "timeout") {
    return { outcome: "failed", error: `slower than ${RENDER_LIMIT_MS / 1_000} s` };
  }
  const { cause } = result;
  const error = cause instanceof Error ? cause.message : String(cause);
  return { outcome: cause instanceof UnspeakableText ? "unspeakable" : "failed", error };
}
