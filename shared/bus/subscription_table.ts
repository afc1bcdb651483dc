import type { MessageHandler } from "./bus.ts";
import { assertPattern, assertSubject, literalPrefix } from "./subject_rules.ts";
import { SubjectTrie } from "./subject_trie.ts";

/** One subscription. `active` turns false for good when it ends. */
export interface Subscriber {
  readonly id: number;
  readonly pattern: string;
  readonly queue: string | undefined;
  readonly handler: MessageHandler;
  active: boolean;
}

/** Subscribers that share the messages of a subject. */
export interface QueueGroup {
  readonly members: readonly Subscriber[];
  /** Whose turn it is; shared by all groups of the same name. */
  readonly turn: { next: number };
}

/** Who gets the messages of one subject. Never changed once made: a message keeps the receivers it had. */
export interface Receivers {
  readonly singles: readonly Subscriber[];
  readonly groups: readonly QueueGroup[];
}

/** More subjects than 1,000 calls use at a time; beyond, the cache starts anew. */
const MAX_CACHED_SUBJECTS = 16_384;

/**
 * The subscriptions of a memory bus.
 *
 * - Receivers are cached per subject: one map lookup for each frame.
 * - A change of subscriptions forgets only the subjects it can touch, so calls coming and going do not empty
 *   the cache of the others.
 */
export class SubscriptionTable {
  readonly #trie = new SubjectTrie<Subscriber>();
  readonly #cache = new Map<string, Receivers>();
  readonly #turns = new Map<string, { next: number }>();
  #lastId = 0;

  /** @throws {TypeError} when the pattern is malformed. */
  add(pattern: string, handler: MessageHandler, queue: string | undefined): Subscriber {
    assertPattern(pattern);
    const subscriber = { id: ++this.#lastId, pattern, queue, handler, active: true };
    this.#trie.add(pattern, subscriber);
    this.#forget(pattern);
    return subscriber;
  }

  remove(subscriber: Subscriber): void {
    if (!subscriber.active) return;
    subscriber.active = false;
    this.#trie.delete(subscriber.pattern, subscriber);
    this.#forget(subscriber.pattern);
  }

  /**
   * Who gets a message published to `subject` now.
   *
   * @throws {TypeError} when the subject is malformed.
   */
  receivers(subject: string): Receivers {
    const cached = this.#cache.get(subject);
    if (cached) return cached;
    assertSubject(subject);
    const receivers = this.#find(subject);
    if (this.#cache.size >= MAX_CACHED_SUBJECTS) this.#cache.clear();
    this.#cache.set(subject, receivers);
    return receivers;
  }

  #find(subject: string): Receivers {
    const singles: Subscriber[] = [];
    const members = new Map<string, Subscriber[]>();
    for (const subscriber of this.#trie.match(subject).sort((a, b) => a.id - b.id)) {
      const { queue } = subscriber;
      if (queue === undefined) singles.push(subscriber);
      else if (members.has(queue)) members.get(queue)!.push(subscriber);
      else members.set(queue, [subscriber]);
    }
    const groups = [...members].map(([queue, group]) => ({
      members: group,
      turn: this.#turn(queue),
    }));
    return { singles, groups };
  }

  #turn(queue: string): { next: number } {
    let turn = this.#turns.get(queue);
    if (!turn) this.#turns.set(queue, turn = { next: 0 });
    return turn;
  }

  #forget(pattern: string): void {
    const prefix = literalPrefix(pattern);
    if (prefix === pattern) {
      this.#cache.delete(pattern);
      return;
    }
    for (const subject of this.#cache.keys()) {
      if (subject.startsWith(prefix)) this.#cache.delete(subject);
    }
  }
}

/** The member whose turn it is, or undefined when all have left since the message was published. */
export function nextMember({ members, turn }: QueueGroup): Subscriber | undefined {
  for (let tries = 0; tries < members.length; tries++) {
    const member = members[turn.next++ % members.length]!;
    if (member.active) return member;
  }
  return undefined;
}
