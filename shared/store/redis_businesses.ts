import { z } from "zod";
import { type Business, business } from "./business.ts";
import { BY_NUMBER, DELETE, LAST_VERSION, PUT } from "./redis_business_scripts.ts";
import { parseStored, type RedisSpace } from "./redis_value.ts";
import type { BusinessStore, BusinessWrite } from "./stores.ts";

/** A newer release of Kav may have given it more fields: they do not make it corrupt. */
const stored = z.object(business.shape);
const refusal = z.union([
  z.tuple([z.literal("version"), z.number()]),
  z.tuple([z.literal("number"), z.string(), z.string(), z.string()]),
]).nullable();

/**
 * Hash `kav:businesses`: id to JSON; hash `kav:business_numbers`: number to id; hash `kav:businesses_deleted`: id to the
 * version that its deletion was. All are changed at once.
 *
 * A stored business that does not fit its schema holds no number: a put that meets one of its numbers asks Redis once more.
 * Its version is the one that can still be read in it, as another release of Kav may have written it; else that of the
 * deletion; else 0.
 */
export class RedisBusinesses implements BusinessStore {
  readonly #space: RedisSpace;
  readonly #key: string;
  readonly #numbersKey: string;
  readonly #deletedKey: string;

  constructor(space: RedisSpace) {
    this.#space = space;
    this.#key = `${space.keyPrefix}kav:businesses`;
    this.#numbersKey = `${space.keyPrefix}kav:business_numbers`;
    this.#deletedKey = `${space.keyPrefix}kav:businesses_deleted`;
  }

  async get(id: string): Promise<Business | undefined> {
    return this.#parse(await this.#space.redis.run((redis) => redis.hGet(this.#key, id)));
  }

  async byNumber(number: string): Promise<Business | undefined> {
    const text = await this.#eval(BY_NUMBER, number);
    const found = typeof text === "string" ? this.#parse(text) : undefined;
    // Numbers of a value that was corrupt when it was replaced are still in the index.
    return found?.called_numbers.includes(number) ? found : undefined;
  }

  async list(): Promise<Business[]> {
    const texts = await this.#space.redis.run((redis) => redis.hVals(this.#key));
    return texts.flatMap((text) => this.#parse(text) ?? []);
  }

  async lastVersion(id: string): Promise<number> {
    return z.number().parse(await this.#eval(LAST_VERSION, id));
  }

  put(value: Business, over?: number): Promise<BusinessWrite> {
    return this.#put(value, over, []);
  }

  async delete(id: string, over?: number): Promise<BusinessWrite> {
    const refused = refusal.parse(await this.#eval(DELETE, id, textOf(over)));
    return refused?.[0] === "version" ? outdated(refused[1]) : { ok: true };
  }

  /** @param corrupt stored texts that only this side can tell to be corrupt. */
  async #put(
    value: Business,
    over: number | undefined,
    corrupt: readonly string[],
  ): Promise<BusinessWrite> {
    const { id, called_numbers: numbers } = value;
    const values = [JSON.stringify(value), textOf(over), JSON.stringify(numbers), ...corrupt];
    const refused = refusal.parse(await this.#eval(PUT, id, ...values));
    if (!refused) return { ok: true };
    if (refused[0] === "version") return outdated(refused[1]);
    const [, number, holder, text] = refused;
    if (corrupt.length < numbers.length && !this.#parse(text)) {
      return this.#put(value, over, [...corrupt, text]);
    }
    return { ok: false, reason: "number", number, holder };
  }

  #eval(script: string, ...values: string[]): Promise<unknown> {
    const keys = [this.#key, this.#numbersKey, this.#deletedKey];
    return this.#space.redis.run((redis) => redis.eval(script, { keys, arguments: values }));
  }

  #parse(text: string | null): Business | undefined {
    return parseStored(this.#space, stored, this.#key, text);
  }
}

function textOf(over: number | undefined): string {
  return over === undefined ? "" : String(over);
}

function outdated(current: number): BusinessWrite {
  return { ok: false, reason: "version", current };
}
