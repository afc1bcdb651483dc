import { z } from "zod";
import { checkStored, type RedisSpace } from "./redis_value.ts";
import type { PhraseStore } from "./stores.ts";

/** Rendered again at the latest when nobody has asked for it in a day. */
const TTL_S = 24 * 3_600;

const audio = z.base64().transform((text) => Uint8Array.fromBase64(text));

/** Strings `phrase:{hash}`: base64 of mu-law, which end by themselves. */
export class RedisPhrases implements PhraseStore {
  readonly #space: RedisSpace;

  constructor(space: RedisSpace) {
    this.#space = space;
  }

  async get(hash: string): Promise<Uint8Array | undefined> {
    const key = this.#key(hash);
    const text = await this.#space.redis.run((redis) => redis.get(key));
    return text === null ? undefined : checkStored(this.#space, audio, key, text);
  }

  async put(hash: string, phrase: Uint8Array): Promise<void> {
    const expiration = { type: "EX", value: TTL_S } as const;
    await this.#space.redis.run((redis) =>
      redis.set(this.#key(hash), phrase.toBase64(), { expiration })
    );
  }

  #key(hash: string): string {
    return `${this.#space.keyPrefix}phrase:${hash}`;
  }
}
