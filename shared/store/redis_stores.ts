import { RedisBusinesses } from "./redis_businesses.ts";
import { RedisCallRecords } from "./redis_call_records.ts";
import { RedisClient, type RedisEvent, type RedisOptions } from "./redis_client.ts";
import { RedisConversations } from "./redis_conversations.ts";
import { RedisGreetingBuilds } from "./redis_greeting_builds.ts";
import { RedisGreetings } from "./redis_greetings.ts";
import { RedisNextActions } from "./redis_next_actions.ts";
import { RedisPhrases } from "./redis_phrases.ts";
import type { RedisSpace } from "./redis_value.ts";
import type {
  BusinessStore,
  CallRecordStore,
  ConversationStore,
  GreetingBuildStore,
  GreetingStore,
  NextActionStore,
  PhraseStore,
  Stores,
} from "./stores.ts";

export type { RedisEvent };

export interface RedisStoresOptions extends RedisOptions {
  /** Before every key, for several installations in one database. Default: empty. */
  readonly keyPrefix?: string;
}

/**
 * The stores that processes share, in Redis 6 or later.
 *
 * - Every method is one round trip, atomic, and rejects: at once while Redis is away, after 1 s where it hangs.
 * - A rejected write may have happened all the same: only its answer was lost.
 * - A stored value that does not fit its schema counts as missing, and is reported as `corrupt`.
 * - Everything that grows with calls expires or is bounded.
 */
export class RedisStores implements Stores {
  readonly businesses: BusinessStore;
  readonly greetings: GreetingStore;
  readonly greetingBuilds: GreetingBuildStore;
  readonly conversations: ConversationStore;
  readonly nextActions: NextActionStore;
  readonly callRecords: CallRecordStore;
  readonly phrases: PhraseStore;
  readonly #redis: RedisClient;

  private constructor(space: RedisSpace) {
    this.#redis = space.redis;
    this.businesses = new RedisBusinesses(space);
    this.greetings = new RedisGreetings(space);
    this.greetingBuilds = new RedisGreetingBuilds(space);
    this.conversations = new RedisConversations(space);
    this.nextActions = new RedisNextActions(space);
    this.callRecords = new RedisCallRecords(space);
    this.phrases = new RedisPhrases(space);
  }

  /**
   * Resolves after the first attempt to connect, at the latest after 1 s, also when Redis is away: it is tried on.
   *
   * @throws {TypeError} when the URL is malformed.
   */
  static async connect({ keyPrefix = "", ...options }: RedisStoresOptions): Promise<RedisStores> {
    return new RedisStores({ redis: await RedisClient.open(options), keyPrefix });
  }

  get connected(): boolean {
    return this.#redis.connected;
  }

  /** Leaves neither socket nor timer. Closing twice does nothing; afterwards every method rejects. */
  close(): Promise<void> {
    return this.#redis.close();
  }
}
