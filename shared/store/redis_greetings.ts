import { z } from "zod";
import { checkStored, type RedisSpace } from "./redis_value.ts";
import type { GreetingEntry, GreetingStore } from "./stores.ts";

const audio = z.base64().transform((text) => Uint8Array.fromBase64(text));
const fields = z.object({
  business_id: z.string(),
  tts_hash: z.string(),
  audio_b64: audio,
  updated_at: z.string(),
});

/** Hashes `greeting_cache:{business_id}`, which other programs read too: their names and fields are fixed. */
export class RedisGreetings implements GreetingStore {
  readonly #space: RedisSpace;

  constructor(space: RedisSpace) {
    this.#space = space;
  }

  async get(businessId: string): Promise<GreetingEntry | undefined> {
    const key = this.#key(businessId);
    const hash = await this.#space.redis.run((redis) => redis.hGetAll(key));
    if (Object.keys(hash).length === 0) return undefined;
    const read = checkStored(this.#space, fields, key, hash);
    return read && {
      businessId: read.business_id,
      ttsHash: read.tts_hash,
      audio: read.audio_b64,
      updatedAt: read.updated_at,
    };
  }

  async put(entry: GreetingEntry): Promise<void> {
    const hash = {
      business_id: entry.businessId,
      tts_hash: entry.ttsHash,
      audio_b64: entry.audio.toBase64(),
      updated_at: entry.updatedAt,
    };
    await this.#space.redis.run((redis) => redis.hSet(this.#key(entry.businessId), hash));
  }

  #key(businessId: string): string {
    return `${this.#space.keyPrefix}greeting_cache:${businessId}`;
  }
}
