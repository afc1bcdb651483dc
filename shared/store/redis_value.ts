import type { z } from "zod";
import type { RedisClient } from "./redis_client.ts";

/** What the Redis stores share: the connection, and where their keys begin. */
export interface RedisSpace {
  readonly redis: RedisClient;
  /** Before every key; empty unless several installations share a database. */
  readonly keyPrefix: string;
}

/**
 * A stored JSON text, checked. What cannot be understood counts as missing and is reported: a call must not fail
 * because of what some other program has written.
 */
export function parseStored<T>(
  { redis }: RedisSpace,
  schema: z.ZodType<T>,
  key: string,
  text: string | null | undefined,
): T | undefined {
  if (text === null || text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    redis.reportCorrupt(key, "not JSON");
    return undefined;
  }
  return checkStored({ redis }, schema, key, value);
}

/** A stored value, checked, as `parseStored` does. */
export function checkStored<T>(
  { redis }: Pick<RedisSpace, "redis">,
  schema: z.ZodType<T>,
  key: string,
  value: unknown,
): T | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  redis.reportCorrupt(key, `${issue?.path.join(".") || "value"}: ${issue?.message}`);
  return undefined;
}
