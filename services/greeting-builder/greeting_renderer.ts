/** Speaks a greeting ahead of the calls that need it. */
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import type { GreetingEntry } from "shared/store/stores.ts";

/** The key of what this business's greeting should be. */
export function wantedHash(business: Business, synthesizer: Pick<Synthesizer, "nameFor">): string {
  return greetingHash(business, synthesizer.nameFor(speakerOf(business)));
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
  const { id: businessId, greeting: { text } } = business;
  const request = { ...synthesizer.preferredOnly(speakerOf(business)), text };
  const audio = await renderSpeech(synthesizer, request, signal);
  return { businessId, ttsHash: wantedHash(business, synthesizer), audio, updatedAt: now() };
}
