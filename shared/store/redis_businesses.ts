import { type Business, business } from "./business.ts";
import { parseStored, type RedisSpace } from "./redis_value.ts";
import type { BusinessStore } from "./stores.ts";

const BY_NUMBER = `
local id = redis.call('HGET', KEYS[2], ARGV[1])
return id and redis.call('HGET', KEYS[1], id)
`;

/** The numbers that the stored business has are freed, unless another has taken them since. */
const PUT = `
local id, text = ARGV[1], ARGV[2]
local stored = redis.call('HGET', KEYS[1], id)
local readable, old = pcall(cjson.decode, stored or '{}')
local numbers = readable and type(old) == 'table' and old.called_numbers
if type(numbers) == 'table' then
  for _, number in ipairs(numbers) do
    if redis.call('HGET', KEYS[2], tostring(number)) == id then
      redis.call('HDEL', KEYS[2], tostring(number))
    end
  end
end
redis.call('HSET', KEYS[1], id, text)
for i = 3, #ARGV do redis.call('HSET', KEYS[2], ARGV[i], id) end
`;

/** Hash `kav:businesses`: id to JSON; hash `kav:business_numbers`: number to id. Both are changed at once. */
export class RedisBusinesses implements BusinessStore {
  readonly #space: RedisSpace;
  readonly #key: string;
  readonly #numbersKey: string;

  constructor(space: RedisSpace) {
    this.#space = space;
    this.#key = `${space.keyPrefix}kav:businesses`;
    this.#numbersKey = `${space.keyPrefix}kav:business_numbers`;
  }

  async get(id: string): Promise<Business | undefined> {
    return this.#parse(await this.#space.redis.run((redis) => redis.hGet(this.#key, id)));
  }

  async byNumber(number: string): Promise<Business | undefined> {
    const keys = [this.#key, this.#numbersKey];
    const text = await this.#space.redis.run((redis) =>
      redis.eval(BY_NUMBER, { keys, arguments: [number] })
    );
    const found = typeof text === "string" ? this.#parse(text) : undefined;
    // Numbers of a value that was corrupt when it was replaced are still in the index.
    return found?.called_numbers.includes(number) ? found : undefined;
  }

  async list(): Promise<Business[]> {
    const texts = await this.#space.redis.run((redis) => redis.hVals(this.#key));
    return texts.flatMap((text) => this.#parse(text) ?? []);
  }

  async put(value: Business): Promise<void> {
    const keys = [this.#key, this.#numbersKey];
    const values = [value.id, JSON.stringify(value), ...value.called_numbers];
    await this.#space.redis.run((redis) => redis.eval(PUT, { keys, arguments: values }));
  }

  #parse(text: string | null): Business | undefined {
    return parseStored(this.#space, business, this.#key, text);
  }
}
