/** PURE. What a rendered greeting depends on, as one key. */
import { createHash } from "node:crypto";
import { FRAME_BYTES } from "shared/media/frame.ts";
import type { Business } from "./business.ts";
import type { GreetingEntry } from "./stores.ts";

/** The only format greetings are stored in: raw mu-law, 8 kHz. */
export const GREETING_FORMAT = "mulaw/8000";

export interface GreetingParts {
  readonly text: string;
  readonly voice: string;
  readonly language: string;
  /** `Synthesizer.name`. */
  readonly engine: string;
  readonly format: string;
}

/**
 * The key of a rendered text: two greetings with the same key sound the same.
 *
 * @returns 64 lower-case hex digits: SHA-256 over the parts as a JSON array, which no other parts can give.
 */
export function ttsHash({ text, voice, language, engine, format }: GreetingParts): string {
  const encoded = JSON.stringify([text, voice, language, engine, format]);
  return createHash("sha256").update(encoded, "utf8").digest("hex");
}

/** The key of this business's greeting, spoken by the synthesizer named `engine`. */
export function greetingHash(business: Business, engine: string): string {
  const { greeting: { text }, voice, language } = business;
  return ttsHash({ text, voice, language, engine, format: GREETING_FORMAT });
}

/** Whether a stored greeting is the one of this key, and whole: at least one frame, and whole frames only. */
export function isFreshGreeting(
  entry: GreetingEntry | undefined,
  hash: string,
): entry is GreetingEntry {
  return entry?.ttsHash === hash && entry.audio.length > 0 &&
    entry.audio.length % FRAME_BYTES === 0;
}
