/** PURE. What a rendered greeting depends on, as one key. */
import { createHash } from "node:crypto";
import type { Business } from "./business.ts";
import { audioProblem } from "./greeting_entry.ts";
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
  /** 1 is the voice's own pace. */
  readonly rate: number;
}

/**
 * The key of a rendered text: two greetings with the same key sound the same.
 *
 * @returns 64 lower-case hex digits: SHA-256 over the parts as a JSON array, which no other parts can give.
 */
export function ttsHash(
  { text, voice, language, engine, format, rate }: GreetingParts,
): string {
  const encoded = JSON.stringify([text, voice, language, engine, format, rate]);
  return createHash("sha256").update(encoded, "utf8").digest("hex");
}

/** The key of this business's greeting, spoken by the synthesizer named `engine`. */
export function greetingHash(business: Business, engine: string): string {
  const { greeting: { text }, language, speaking_rate: rate } = business;
  const voice = voicesOf(business);
  return ttsHash({ text, voice, language, engine, format: GREETING_FORMAT, rate });
}

/** The business's voice, and those it names for single engines. */
function voicesOf({ voice, engines: { synthesizers } }: Business): string {
  if (!synthesizers) return voice;
  const own = synthesizers.map(({ engine, voice: name = "" }) => `${engine}:${name}`);
  return [voice, ...own].join(" ");
}

/** Whether a stored greeting is the one of this key, and whole. */
export function isFreshGreeting(
  entry: GreetingEntry | undefined,
  hash: string,
): entry is GreetingEntry {
  return entry?.ttsHash === hash && audioProblem(entry.audio) === undefined;
}
