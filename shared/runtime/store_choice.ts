import type { Clock } from "shared/clock/clock.ts";
import type { Business } from "shared/store/business.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { Stores } from "shared/store/stores.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface StoreChoiceOptions {
  readonly redisUrl: string | undefined;
  /** What a store in memory begins with; into Redis they are brought by greeting-builder. */
  readonly businesses: readonly Business[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ChosenStores {
  readonly stores: Stores;
  close(): Promise<void>;
}

/** Redis where there is an address, else memory. Redis being away is no failure: its stores say so at each use. */
export async function openStores(options: StoreChoiceOptions): Promise<ChosenStores> {
  const { redisUrl, businesses, clock, log, metrics } = options;
  if (redisUrl === undefined) {
    const stores = new MemoryStores({ clock });
    for (const business of businesses) {
      const { ok } = await stores.businesses.put(business);
      if (!ok) {
        throw new RangeError(`Cannot store ${business.id}: a number reaches one business only`);
      }
    }
    return { stores, close: () => Promise.resolve() };
  }
  const connected = metrics.gauge("kav_store_connected", "Whether Redis is connected: 1 or 0");
  const corrupt = metrics.counter(
    "kav_store_corrupt_total",
    "Stored values taken as missing because they cannot be understood",
  );
  connected.set(0);
  // A process without Redis need not load its client.
  const { RedisStores } = await import("shared/store/redis_stores.ts");
  const stores = await RedisStores.connect({
    url: redisUrl,
    clock,
    onEvent: ({ kind, reason }) => {
      if (kind === "corrupt") {
        corrupt.inc();
        return log.warnLimited("corrupt", "stored value not understood", { reason });
      }
      connected.set(kind === "connected" ? 1 : 0);
      if (kind === "connected") log.info("store connected");
      else log.warn("store disconnected", { reason });
    },
  });
  return { stores, close: () => stores.close() };
}
