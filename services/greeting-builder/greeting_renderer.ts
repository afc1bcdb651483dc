/** Renders greetings ahead of the calls that need them. */
import type { Log } from "shared/runtime/log.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash, isFreshGreeting } from "shared/store/greeting_key.ts";
import type { GreetingEntry, Stores } from "shared/store/stores.ts";

/** What happened to the greetings of all businesses. */
export interface FillResult {
  readonly rendered: number;
  readonly fresh: number;
  readonly failed: number;
}

export interface FillOptions {
  readonly stores: Pick<Stores, "businesses" | "greetings">;
  readonly synthesizer: Synthesizer;
  readonly log: Pick<Log, "error">;
  /** ISO 8601. */
  readonly now: () => string;
  readonly signal?: AbortSignal;
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
  const { id, greeting: { text }, language, voice } = business;
  const audio = await renderSpeech(synthesizer, { text, language, voice }, signal);
  const ttsHash = greetingHash(business, synthesizer.name);
  return { businessId: id, ttsHash, audio, updatedAt: now() };
}

/**
 * Renders and stores the greeting of every business that has none, or one that no longer fits. Those that fail
 * are logged and counted; their callers hear the emergency greeting.
 *
 * @throws when the businesses cannot be listed, or when aborted.
 */
export async function fillGreetings(options: FillOptions): Promise<FillResult> {
  const { stores, synthesizer, log, now } = options;
  const signal = options.signal ?? new AbortController().signal;
  const result = { rendered: 0, fresh: 0, failed: 0 };
  for (const business of await stores.businesses.list()) {
    try {
      const stored = await stores.greetings.get(business.id);
      if (isFreshGreeting(stored, greetingHash(business, synthesizer.name))) {
        result.fresh++;
        continue;
      }
      await stores.greetings.put(await renderGreeting(business, synthesizer, signal, now));
      result.rendered++;
    } catch (error) {
      signal.throwIfAborted();
      result.failed++;
      log.error("greeting not rendered", { business: business.id, error: String(error) });
    }
  }
  return result;
}
