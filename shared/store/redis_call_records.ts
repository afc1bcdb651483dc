import { z } from "zod";
import { boundedRecord } from "./call_record_bounds.ts";
import { checkStored, parseStored, type RedisSpace } from "./redis_value.ts";
import { storedToolUse } from "./stored_tool_use.ts";
import type { CallRecord, CallRecordStore } from "./stores.ts";

const TTL_MS = 30 * 24 * 3_600_000;
const MAX_RECORDS = 10_000;

const count = z.int().min(0);
const ms = z.number().nullable();
const latency = z.object({
  sttPartialMs: ms,
  sttFinalMs: ms,
  llmMs: ms,
  ttsMs: ms,
  totalMs: ms,
});
const turn = z.object({
  turn: count,
  asked: z.string().nullable(),
  told: z.string(),
  interrupted: z.boolean(),
  tools: z.array(storedToolUse),
  askedFromMs: ms,
  askedToMs: ms,
  toldFromMs: ms,
  toldToMs: ms,
  latency: latency.nullable(),
  bargeInMs: ms,
});
/** Records from before there were turns and notes are read as having none. */
const callRecord = z.object({
  call: z.string(),
  businessId: z.string(),
  leg: count,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  durationMs: count.nullable(),
  endReason: z.string().nullable(),
  framesIn: count,
  framesOut: count,
  turns: z.array(turn).default([]),
  notes: z.array(z.string()).default([]),
});

/**
 * A record of an older leg comes too late. The place of a call in the index is that of its beginning; what falls
 * out of the index is forgotten.
 */
const PUT = `
local index, prefix, call = KEYS[1], ARGV[1], ARGV[2]
local oldest = -1 - tonumber(ARGV[6])
local stored = redis.call('GET', prefix .. call)
local readable, before = pcall(cjson.decode, stored)
local leg = readable and type(before) == 'table' and tonumber(before.leg) or 0
if leg > tonumber(ARGV[7]) then return end
redis.call('ZADD', index, 'NX', ARGV[3], call)
redis.call('SET', prefix .. call, ARGV[4], 'PX', ARGV[5])
for _, old in ipairs(redis.call('ZRANGE', index, 0, oldest)) do redis.call('DEL', prefix .. old) end
redis.call('ZREMRANGEBYRANK', index, 0, oldest)
`;

/** Calls whose records have expired leave the index here. */
const LIST = `
local index, prefix, records = KEYS[1], ARGV[1], {}
for _, call in ipairs(redis.call('ZREVRANGE', index, 0, ARGV[2])) do
  local record = redis.call('GET', prefix .. call)
  if record then records[#records + 1] = record else redis.call('ZREM', index, call) end
end
return records
`;

/**
 * JSON under `kav:call_record:{call}` for 30 days from the last change, and the sorted set `kav:call_records` of the
 * newest 10,000 calls by the time of their beginning.
 */
export class RedisCallRecords implements CallRecordStore {
  readonly #space: RedisSpace;
  readonly #index: string;
  readonly #prefix: string;

  constructor(space: RedisSpace) {
    this.#space = space;
    this.#index = `${space.keyPrefix}kav:call_records`;
    this.#prefix = `${space.keyPrefix}kav:call_record:`;
  }

  async put(record: CallRecord): Promise<void> {
    const values = [
      this.#prefix,
      record.call,
      String(Date.parse(record.startedAt)),
      JSON.stringify(boundedRecord(record)),
      String(TTL_MS),
      String(MAX_RECORDS),
      String(record.leg),
    ];
    const keys = [this.#index];
    await this.#space.redis.run((redis) => redis.eval(PUT, { keys, arguments: values }));
  }

  async get(call: string): Promise<CallRecord | undefined> {
    const key = this.#prefix + call;
    const text = await this.#space.redis.run((redis) => redis.get(key));
    return parseStored(this.#space, callRecord, key, text);
  }

  async list(limit: number): Promise<CallRecord[]> {
    if (limit < 1) return [];
    const values = [this.#prefix, String(Math.floor(limit) - 1)];
    const keys = [this.#index];
    const reply = await this.#space.redis.run((redis) =>
      redis.eval(LIST, { keys, arguments: values })
    );
    const texts = checkStored(this.#space, z.array(z.string()), this.#index, reply) ?? [];
    return texts.flatMap((text) =>
      parseStored(this.#space, callRecord, `${this.#prefix}*`, text) ?? []
    );
  }
}
