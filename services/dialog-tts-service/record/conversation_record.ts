import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type {
  Conversation,
  ConversationStore,
  ConversationTurn,
  SpokenTurn,
} from "shared/store/stores.ts";

/** A store that has not answered for so long has failed; what is newest by then is tried next. */
const WRITE_LIMIT_MS = 1_000;

export interface ConversationRecordOptions
  extends Pick<Conversation, "call" | "businessId" | "leg" | "epoch"> {
  readonly store: ConversationStore;
  readonly clock: Clock;
  readonly onStoreError: (error: unknown) => void;
}

/** A turn as it begins to be spoken. */
export type BegunTurn = Omit<ConversationTurn, "sentencesSent" | "interrupted">;

export interface TurnNews {
  /** Of the whole text. */
  readonly sentencesSent?: number;
  readonly interrupted?: boolean;
  readonly sentenceEnds?: readonly number[];
}

/**
 * What was asked and told in one call, kept in the store as it grows.
 *
 * - Nothing waits for the store: at most one write is under way, and the next one writes what is newest then.
 */
export class ConversationRecord {
  readonly #options: ConversationRecordOptions;
  #turns: readonly ConversationTurn[] = [];
  #takenThroughSeq = -1;
  #isNews = false;
  #writing = false;
  #stopped = false;

  constructor(options: ConversationRecordOptions) {
    this.#options = options;
  }

  get turns(): readonly ConversationTurn[] {
    return this.#turns;
  }

  /** Goes on with what a predecessor has stored; from now on the store takes nothing more from that one. */
  takeOver(turns: readonly ConversationTurn[], takenThroughSeq: number): void {
    this.#turns = turns;
    this.#takenThroughSeq = takenThroughSeq;
    this.#changed();
  }

  /**
   * A turn begins to be spoken, anew if it had begun before.
   *
   * @param throughSeq the caller's last frame under what it answers; -1 = none.
   */
  begin(turn: BegunTurn, throughSeq: number): void {
    const others = this.#turns.filter((each) => each.turn !== turn.turn);
    this.#turns = [...others, { ...turn, sentencesSent: 0, interrupted: false }];
    this.#takenThroughSeq = Math.max(this.#takenThroughSeq, throughSeq);
    this.#changed();
  }

  /** The rest of a turn begins to be spoken. */
  resume(turn: number, spoken: SpokenTurn): void {
    this.#update(turn, (before) => ({ ...before, spoken }));
  }

  /** More of a turn was made or sent, or it was interrupted. */
  progress(turn: number, { sentenceEnds, ...news }: TurnNews): void {
    this.#update(turn, (before) => {
      const after = { ...before, ...news };
      const { spoken } = before;
      const isMade = sentenceEnds && sentenceEnds.length !== spoken.sentenceEnds.length;
      if (isMade) return { ...after, spoken: { ...spoken, sentenceEnds } };
      const isNews = after.sentencesSent !== before.sentencesSent ||
        after.interrupted !== before.interrupted;
      return isNews ? after : before;
    });
  }

  /** Another worker has the call: nothing is written any more. */
  stop(): void {
    this.#stopped = true;
  }

  #update(turn: number, change: (before: ConversationTurn) => ConversationTurn): void {
    const before = this.#turns.find((each) => each.turn === turn);
    if (!before) return;
    const after = change(before);
    if (after === before) return;
    this.#turns = this.#turns.map((each) => each === before ? after : each);
    this.#changed();
  }

  #changed(): void {
    this.#isNews = true;
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    const { call, businessId, leg, epoch, store, clock, onStoreError } = this.#options;
    this.#writing = true;
    while (this.#isNews && !this.#stopped) {
      this.#isNews = false;
      const takenThroughSeq = this.#takenThroughSeq;
      const conversation = { call, businessId, leg, epoch, takenThroughSeq, turns: this.#turns };
      const put = await within(clock, WRITE_LIMIT_MS, () => store.put(conversation));
      if (!put.ok) onStoreError(put.reason === "failed" ? put.cause : "slow");
    }
    this.#writing = false;
  }
}
