/** PURE. Which greetings are whole, and how one looks in Redis. */
import { createHash } from "node:crypto";
import { FRAME_BYTES, MAX_RENDERED_BYTES, MAX_RENDERED_S } from "shared/media/frame.ts";
import type { GreetingEntry } from "./stores.ts";

const MAX_BASE64_CHARS = 4 * Math.ceil(MAX_RENDERED_BYTES / 3);

/** The fields of a hash `greeting_cache:{business_id}`. */
export interface StoredGreeting extends Record<string, string> {
  readonly business_id: string;
  readonly tts_hash: string;
  readonly audio_b64: string;
  readonly updated_at: string;
  /** SHA-256 of the audio, in hex. Programs that know the other four fields only leave it out. */
  readonly audio_hash: string;
}

export type ReadGreeting =
  | { readonly ok: true; readonly entry: GreetingEntry }
  /** Never holds what is stored. */
  | { readonly ok: false; readonly problem: string };

/** What is wrong with the audio of a greeting, by its length. */
export function audioProblem({ length }: Uint8Array): string | undefined {
  if (length > 0 && length <= MAX_RENDERED_BYTES && length % FRAME_BYTES === 0) return undefined;
  return `it is whole frames of ${FRAME_BYTES} bytes, ${MAX_RENDERED_S} s at most, received ${length} bytes`;
}

export function storedGreeting(entry: GreetingEntry): StoredGreeting {
  return {
    business_id: entry.businessId,
    tts_hash: entry.ttsHash,
    audio_b64: entry.audio.toBase64(),
    updated_at: entry.updatedAt,
    audio_hash: audioHash(entry.audio),
  };
}

/** Reads and verifies the fields that are stored for this business. */
export function readGreeting(
  businessId: string,
  fields: Readonly<Partial<Record<keyof StoredGreeting, string>>>,
): ReadGreeting {
  const { business_id, tts_hash: ttsHash, audio_b64, updated_at: updatedAt, audio_hash } = fields;
  if (business_id !== businessId) return damaged("business_id: it is that of the key");
  if (!ttsHash) return damaged("tts_hash: is missing");
  if (!updatedAt) return damaged("updated_at: is missing");
  if (!audio_b64) return damaged("audio_b64: is missing");
  if (audio_b64.length > MAX_BASE64_CHARS) {
    return damaged(
      `audio_b64: ${MAX_RENDERED_S} s at most, received ${audio_b64.length} characters`,
    );
  }
  const audio = decoded(audio_b64);
  if (!audio) return damaged("audio_b64: not base64");
  const problem = audioProblem(audio);
  if (problem) return damaged(`audio_b64: ${problem}`);
  if (audio_hash !== undefined && audio_hash !== audioHash(audio)) {
    return damaged("audio_hash: it is that of other audio");
  }
  return { ok: true, entry: { businessId, ttsHash, audio, updatedAt } };
}

function damaged(problem: string): ReadGreeting {
  return { ok: false, problem };
}

function audioHash(audio: Uint8Array): string {
  return createHash("sha256").update(audio).digest("hex");
}

function decoded(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}
