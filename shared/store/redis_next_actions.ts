import { z } from "zod";
import { parseStored, type RedisSpace } from "./redis_value.ts";
import type { NextAction, NextActionStore } from "./stores.ts";

/** Twilio asks as soon as the stream is closed. */
const TTL_MS = 600_000;

const nextAction = z.discriminatedUnion("do", [
  z.object({ do: z.literal("hangup") }),
  z.object({ do: z.literal("dial"), number: z.string() }),
  z.object({ do: z.literal("continue"), leg: z.int().min(0) }),
  z.object({ do: z.literal("fallback"), businessId: z.string() }),
]);

/** JSON under `kav:next_action:{call}`, for 10 minutes. */
export class RedisNextActions implements NextActionStore {
  readonly #space: RedisSpace;

  constructor(space: RedisSpace) {
    this.#space = space;
  }

  async get(call: string): Promise<NextAction | undefined> {
    const key = this.#key(call);
    const text = await this.#space.redis.run((redis) => redis.get(key));
    return parseStored(this.#space, nextAction, key, text);
  }

  async put(call: string, action: NextAction): Promise<void> {
    const expiration = { type: "PX", value: TTL_MS } as const;
    const text = JSON.stringify(action);
    await this.#space.redis.run((redis) => redis.set(this.#key(call), text, { expiration }));
  }

  async delete(call: string): Promise<void> {
    await this.#space.redis.run((redis) => redis.del(this.#key(call)));
  }

  #key(call: string): string {
    return `${this.#space.keyPrefix}kav:next_action:${call}`;
  }
}
