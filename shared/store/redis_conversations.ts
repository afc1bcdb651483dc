import { z } from "zod";
import { parseStored, type RedisSpace } from "./redis_value.ts";
import type { Conversation, ConversationStore } from "./stores.ts";

/** Twilio ends a call after 4 hours. */
const TTL_MS = 4 * 3_600_000;

const count = z.int().min(0);
const then = z.discriminatedUnion("do", [
  z.object({ do: z.literal("none") }),
  z.object({ do: z.literal("hangup") }),
  z.object({ do: z.literal("transfer"), to: z.string() }),
  z.object({ do: z.literal("fallback") }),
]);
const turn = z.object({
  turn: count,
  asked: z.string().nullable(),
  told: z.string(),
  sentencesSent: count,
  interrupted: z.boolean(),
  interruptible: z.boolean(),
  then,
  spoken: z.object({ utterance: count, firstSentence: count, sentenceEnds: z.array(count) }),
});
const conversation = z.object({
  call: z.string(),
  businessId: z.string(),
  leg: count,
  epoch: count,
  takenThroughSeq: z.int().min(-1),
  turns: z.array(turn),
});

/** What has a newer epoch stays. */
const PUT = `
local stored = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '') or -1
if stored > tonumber(ARGV[1]) then return end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
`;

/** Hashes `kav:conversation:{call}` of `epoch` and `value` (JSON), for 4 h from the last change. */
export class RedisConversations implements ConversationStore {
  readonly #space: RedisSpace;

  constructor(space: RedisSpace) {
    this.#space = space;
  }

  async get(call: string): Promise<Conversation | undefined> {
    const key = this.#key(call);
    const text = await this.#space.redis.run((redis) => redis.hGet(key, "value"));
    return parseStored(this.#space, conversation, key, text);
  }

  async put(value: Conversation): Promise<void> {
    const keys = [this.#key(value.call)];
    const values = [String(value.epoch), JSON.stringify(value), String(TTL_MS)];
    await this.#space.redis.run((redis) => redis.eval(PUT, { keys, arguments: values }));
  }

  async delete(call: string): Promise<void> {
    await this.#space.redis.run((redis) => redis.del(this.#key(call)));
  }

  #key(call: string): string {
    return `${this.#space.keyPrefix}kav:conversation:${call}`;
  }
}
