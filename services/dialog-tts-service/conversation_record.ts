import type { ConversationStore, ConversationTurn } from "shared/store/stores.ts";

export interface ConversationRecordOptions {
  readonly call: string;
  readonly businessId: string;
  readonly store: ConversationStore;
  readonly onStoreError: (error: unknown) => void;
}

/** What was asked and told in one call, kept in the store as it grows. Nothing waits for the store. */
export class ConversationRecord {
  readonly #options: ConversationRecordOptions;
  #turns: readonly ConversationTurn[] = [];

  constructor(options: ConversationRecordOptions) {
    this.#options = options;
  }

  get turns(): readonly ConversationTurn[] {
    return this.#turns;
  }

  /** A turn begins to be spoken. */
  begin(turn: number, asked: string | null, told: string): void {
    this.#turns = [...this.#turns, { turn, asked, told, sentencesSent: 0, interrupted: false }];
    this.#put();
  }

  /** More of a turn was sent, or it was interrupted. */
  progress(
    turn: number,
    news: Partial<Pick<ConversationTurn, "sentencesSent" | "interrupted">>,
  ): void {
    const before = this.#turns.find((each) => each.turn === turn);
    if (!before) return;
    const after = { ...before, ...news };
    const isNews = after.sentencesSent !== before.sentencesSent ||
      after.interrupted !== before.interrupted;
    if (!isNews) return;
    this.#turns = this.#turns.map((each) => each === before ? after : each);
    this.#put();
  }

  #put(): void {
    const { call, businessId, store, onStoreError } = this.#options;
    // A store may throw before it returns its promise.
    Promise.try(() => store.put({ call, businessId, turns: this.#turns })).catch(onStoreError);
  }
}
