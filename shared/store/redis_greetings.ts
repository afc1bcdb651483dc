import { audioProblem, readGreeting, storedGreeting } from "./greeting_entry.ts";
import type { RedisSpace } from "./redis_value.ts";
import type { GreetingEntry, GreetingStore } from "./stores.ts";

/** Hashes `greeting_cache:{business_id}`, which other programs read and write too: names and fields are fixed. */
export class RedisGreetings implements GreetingStore {
  readonly kind = "redis";
  readonly #space: RedisSpace;

  constructor(space: RedisSpace) {
    this.#space = space;
  }

  async get(businessId: string): Promise<GreetingEntry | undefined> {
    const key = this.#key(businessId);
    const fields = await this.#space.redis.run((redis) => redis.hGetAll(key));
    if (Object.keys(fields).length === 0) return undefined;
    const read = readGreeting(businessId, fields);
    if (read.ok) return read.entry;
    this.#space.redis.reportCorrupt(key, read.problem);
    return undefined;
  }

  async put(entry: GreetingEntry): Promise<void> {
    const problem = audioProblem(entry.audio);
    if (problem) throw new RangeError(`Cannot store a greeting: ${problem}`);
    const key = this.#key(entry.businessId);
    await this.#space.redis.run((redis) => redis.hSet(key, storedGreeting(entry)));
  }

  async delete(businessId: string): Promise<void> {
    await this.#space.redis.run((redis) => redis.del(this.#key(businessId)));
  }

  #key(businessId: string): string {
    return `${this.#space.keyPrefix}greeting_cache:${businessId}`;
  }
}
