import { z } from "zod";
import { parseStored, type RedisSpace } from "./redis_value.ts";
import type { GreetingBuildStore, GreetingFailure } from "./stores.ts";

const failure = z.object({ error: z.string(), failedAt: z.string() });

const LEASE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

const RELEASE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return end
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], 'pause', 'PX', ARGV[2])
else redis.call('DEL', KEYS[1]) end
`;

/**
 * Strings `kav:greeting_build:{business_id}`, `holder:` and who builds, or `pause`, which end by themselves; and the
 * hash `kav:greeting_failures`: id to JSON.
 */
export class RedisGreetingBuilds implements GreetingBuildStore {
  readonly #space: RedisSpace;
  readonly #failuresKey: string;

  constructor(space: RedisSpace) {
    this.#space = space;
    this.#failuresKey = `${space.keyPrefix}kav:greeting_failures`;
  }

  async lease(businessId: string, holder: string, ms: number): Promise<boolean> {
    return await this.#eval(LEASE, businessId, holder, ms) === 1;
  }

  async release(businessId: string, holder: string, pauseMs: number): Promise<void> {
    await this.#eval(RELEASE, businessId, holder, pauseMs);
  }

  async putFailure(businessId: string, failed: GreetingFailure | undefined): Promise<void> {
    const key = this.#failuresKey;
    await this.#space.redis.run((redis) =>
      failed ? redis.hSet(key, businessId, JSON.stringify(failed)) : redis.hDel(key, businessId)
    );
  }

  async failure(businessId: string): Promise<GreetingFailure | undefined> {
    const key = this.#failuresKey;
    const text = await this.#space.redis.run((redis) => redis.hGet(key, businessId));
    return parseStored(this.#space, failure, key, text);
  }

  #eval(script: string, businessId: string, holder: string, ms: number): Promise<unknown> {
    const keys = [`${this.#space.keyPrefix}kav:greeting_build:${businessId}`];
    const values = [`holder:${holder}`, String(Math.ceil(ms))];
    return this.#space.redis.run((redis) => redis.eval(script, { keys, arguments: values }));
  }
}
