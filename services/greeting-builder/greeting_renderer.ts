/** Renders greetings ahead of the calls that need them. */
import type { Log } from "shared/runtime/log.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import { greetingHash, isFreshGreeting } from "shared/store/greeting_key.ts";
import type { GreetingEntry, GreetingStore, Stores } from "shared/store/stores.ts";

export interface RefreshOptions {
  readonly greetings: GreetingStore;
  readonly synthesizer: Synthesizer;
  /** ISO 8601. */
  readonly now: () => string;
  readonly signal: AbortSignal;
}

/** `failed`: it cannot be spoken. `unstored`: the store is away or refuses it. */
export type RefreshResult =
  | { readonly outcome: "fresh" | "rendered" }
  | { readonly outcome: "failed" | "unstored"; readonly error: unknown };

/** How many greetings had which outcome. */
export type FillResult = Readonly<Record<RefreshResult["outcome"], number>>;

export interface FillOptions extends Omit<RefreshOptions, "greetings"> {
  readonly stores: Pick<Stores, "businesses" | "greetings">;
  readonly log: Pick<Log, "error">;
  /** Asked before each business; false ends early. Default: to the end. */
  readonly goOn?: () => boolean;
  /** Told of each outcome. */
  readonly onOutcome?: (outcome: RefreshResult["outcome"]) => void;
}

/**
 * Speaks a business's greeting into an entry for the store. `now`: ISO 8601.
 *
 * @throws as `renderSpeech`.
 */
export async function renderGreeting(
  business: Business,
  synthesizer: Synthesizer,
  signal: AbortSignal,
  now: () => string,
): Promise<GreetingEntry> {
  const { id, greeting: { text } } = business;
  const speaker = speakerOf(business);
  const request = { ...synthesizer.preferredOnly(speaker), text };
  const audio = await renderSpeech(synthesizer, request, signal);
  const ttsHash = greetingHash(business, synthesizer.nameFor(speaker));
  return { businessId: id, ttsHash, audio, updatedAt: now() };
}

/** Renders and stores the greeting of a business that has none, or one that no longer fits. @throws when aborted. */
export async function refreshGreeting(
  business: Business,
  { greetings, synthesizer, now, signal }: RefreshOptions,
): Promise<RefreshResult> {
  let outcome: "failed" | "unstored" = "unstored";
  try {
    const stored = await greetings.get(business.id);
    const hash = greetingHash(business, synthesizer.nameFor(speakerOf(business)));
    if (isFreshGreeting(stored, hash)) return { outcome: "fresh" };
    outcome = "failed";
    const entry = await renderGreeting(business, synthesizer, signal, now);
    outcome = "unstored";
    await greetings.put(entry);
    return { outcome: "rendered" };
  } catch (error) {
    signal.throwIfAborted();
    return { outcome, error };
  }
}

/**
 * Refreshes the greetings of all businesses. Those that cannot be had are logged and counted; their callers hear the
 * emergency greeting.
 *
 * @throws when the businesses cannot be listed, or when aborted.
 */
export async function fillGreetings(options: FillOptions): Promise<FillResult> {
  const { stores, log, goOn = () => true, onOutcome } = options;
  const result = { rendered: 0, fresh: 0, failed: 0, unstored: 0 };
  for (const business of await stores.businesses.list()) {
    if (!goOn()) break;
    const refreshed = await refreshGreeting(business, { ...options, greetings: stores.greetings });
    result[refreshed.outcome]++;
    onOutcome?.(refreshed.outcome);
    if ("error" in refreshed) {
      const { outcome, error } = refreshed;
      log.error(`greeting ${outcome}`, { business: business.id, error: String(error) });
    }
  }
  return result;
}
