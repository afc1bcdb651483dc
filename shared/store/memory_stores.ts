import type { Clock } from "shared/clock/clock.ts";
import { boundedRecord } from "./call_record_bounds.ts";
import { dropOldest } from "./drop_oldest.ts";
import { ExpiringMap } from "./expiring_map.ts";
import { MemoryBusinesses } from "./memory_businesses.ts";
import { MemoryGreetingBuilds, MemoryGreetings } from "./memory_greetings.ts";
import type {
  BusinessStore,
  CallRecord,
  CallRecordStore,
  Conversation,
  ConversationStore,
  GreetingBuildStore,
  GreetingStore,
  NextAction,
  NextActionStore,
  PhraseStore,
  Stores,
} from "./stores.ts";

/** Twilio ends a call after 4 hours. */
const CONVERSATION_LIMITS = { ttlMs: 4 * 3_600_000, maxEntries: 10_000 };
/** Twilio asks as soon as the stream is closed. */
const NEXT_ACTION_LIMITS = { ttlMs: 600_000, maxEntries: 10_000 };
const MAX_CALL_RECORDS = 10_000;
/** A phrase is some seconds of audio: 8 kB each. */
const PHRASE_LIMITS = { ttlMs: 24 * 3_600_000, maxEntries: 500 };

/**
 * The stores inside one process: what they hold ends with it.
 *
 * - Values are copied in and out, as a store across the network does.
 * - Everything that grows with calls is bounded, the oldest goes first.
 */
export class MemoryStores implements Stores {
  readonly businesses: BusinessStore = new MemoryBusinesses();
  readonly greetings: GreetingStore = new MemoryGreetings();
  readonly greetingBuilds: GreetingBuildStore;
  readonly conversations: ConversationStore;
  readonly nextActions: NextActionStore;
  readonly callRecords: CallRecordStore = new MemoryCallRecords();
  readonly phrases: PhraseStore;

  constructor({ clock }: { readonly clock: Clock }) {
    this.greetingBuilds = new MemoryGreetingBuilds(clock);
    this.conversations = new MemoryConversations(clock);
    this.nextActions = new MemoryNextActions(clock);
    this.phrases = new MemoryPhrases(clock);
  }
}

class MemoryConversations implements ConversationStore {
  readonly #byCall: ExpiringMap<Conversation>;

  constructor(clock: Clock) {
    this.#byCall = new ExpiringMap(clock, CONVERSATION_LIMITS);
  }

  get(call: string): Promise<Conversation | undefined> {
    return Promise.resolve(structuredClone(this.#byCall.get(call)));
  }

  put(conversation: Conversation): Promise<void> {
    const { call, epoch } = conversation;
    const stored = this.#byCall.get(call);
    if (!stored || stored.epoch <= epoch) this.#byCall.set(call, structuredClone(conversation));
    return Promise.resolve();
  }

  delete(call: string): Promise<void> {
    return Promise.resolve(this.#byCall.delete(call));
  }
}

class MemoryNextActions implements NextActionStore {
  readonly #byCall: ExpiringMap<NextAction>;

  constructor(clock: Clock) {
    this.#byCall = new ExpiringMap(clock, NEXT_ACTION_LIMITS);
  }

  get(call: string): Promise<NextAction | undefined> {
    return Promise.resolve(structuredClone(this.#byCall.get(call)));
  }

  put(call: string, action: NextAction): Promise<void> {
    return Promise.resolve(this.#byCall.set(call, structuredClone(action)));
  }

  delete(call: string): Promise<void> {
    return Promise.resolve(this.#byCall.delete(call));
  }
}

class MemoryCallRecords implements CallRecordStore {
  /** In the order of the calls' beginnings. */
  readonly #byCall = new Map<string, CallRecord>();

  put(record: CallRecord): Promise<void> {
    if ((this.#byCall.get(record.call)?.leg ?? 0) > record.leg) return Promise.resolve();
    this.#byCall.set(record.call, structuredClone(boundedRecord(record)));
    dropOldest(this.#byCall, MAX_CALL_RECORDS);
    return Promise.resolve();
  }

  get(call: string): Promise<CallRecord | undefined> {
    return Promise.resolve(structuredClone(this.#byCall.get(call)));
  }

  list(limit: number): Promise<CallRecord[]> {
    const newest = [...this.#byCall.values()].reverse().slice(0, Math.max(0, limit));
    return Promise.resolve(structuredClone(newest));
  }
}

class MemoryPhrases implements PhraseStore {
  readonly #byHash: ExpiringMap<Uint8Array>;

  constructor(clock: Clock) {
    this.#byHash = new ExpiringMap(clock, PHRASE_LIMITS);
  }

  get(hash: string): Promise<Uint8Array | undefined> {
    const audio = this.#byHash.get(hash);
    return Promise.resolve(audio && new Uint8Array(audio));
  }

  put(hash: string, audio: Uint8Array): Promise<void> {
    return Promise.resolve(this.#byHash.set(hash, new Uint8Array(audio)));
  }
}
