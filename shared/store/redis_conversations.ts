import { z } from "zod";
import { parseStored, type RedisSpace } from "./redis_value.ts";
import { storedToolUse } from "./stored_tool_use.ts";
import type { Conversation, ConversationStore } from "./stores.ts";

/** Twilio ends a call after 4 hours. */
const TTL_MS = 4 * 3_600_000;

const count = z.int().min(0);
const position = z.object({ piece: count, word: count });
const entry = z.object({
  minDigits: count,
  maxDigits: count,
  terminator: z.enum(["#", "*"]).nullable(),
  timeoutMs: z.number().min(0),
  tool: z.string().nullable(),
});
const then = z.discriminatedUnion("do", [
  z.object({ do: z.literal("none") }),
  z.object({ do: z.literal("hangup") }),
  z.object({ do: z.literal("transfer"), to: z.string() }),
  z.object({ do: z.literal("fallback") }),
  z.object({ do: z.literal("collect"), entry }),
  z.object({ do: z.literal("take_note"), thanks: z.string() }),
]);
const turn = z.object({
  turn: count,
  asked: z.string().nullable(),
  pieces: z.array(z.string()),
  isWhole: z.boolean(),
  piecesSent: count,
  interrupted: z.boolean(),
  heard: position.nullable(),
  interruptible: z.boolean(),
  then,
  spoken: z.object({ utterance: count, from: position, pieceEnds: z.array(count) }),
  tools: z.array(storedToolUse),
});
const conversation = z.object({
  call: z.string(),
  businessId: z.string(),
  leg: count,
  epoch: count,
  takenThroughSeq: z.int().min(-1),
  turns: z.array(turn),
  notes: z.array(z.string()).default([]),
  closed: z.boolean().default(false),
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
