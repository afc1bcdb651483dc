import { afterAll, beforeAll, beforeEach } from "@std/testing/bdd";
import { createClient } from "redis";
import { SystemClock } from "shared/clock/system_clock.ts";
import { type RedisEvent, RedisStores } from "shared/store/redis_stores.ts";
import { RedisServer } from "shared/testing/redis_server.ts";

/** One redis-server for the tests of a file, empty before each. */
export interface RedisRig {
  /** Sees what is really in Redis. */
  readonly raw: ReturnType<typeof connectRaw>;
  /** What was taken as missing. */
  corrupt(): string[];
  open(keyPrefix?: string): Promise<RedisStores>;
}

export function useRedis(): RedisRig {
  const clock = new SystemClock();
  let server: RedisServer;
  let raw: RedisRig["raw"];
  let events: RedisEvent[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    raw = connectRaw(server.url);
    await raw.connect();
  });

  afterAll(async () => {
    raw.destroy();
    await server.stop();
  });

  beforeEach(async () => {
    events = [];
    await raw.flushDb();
  });

  return {
    get raw() {
      return raw;
    },
    corrupt: () => events.flatMap(({ kind, reason }) => kind === "corrupt" ? [reason] : []),
    open: (keyPrefix = "") =>
      RedisStores.connect({
        url: server.url,
        clock,
        keyPrefix,
        onEvent: (event) => events.push(event),
      }),
  };
}

function connectRaw(url: string) {
  return createClient({ url, maintNotifications: "disabled", commandOptions: { timeout: 0 } });
}
