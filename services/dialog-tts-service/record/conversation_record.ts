import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type {
  Conversation,
  ConversationStore,
  ConversationTurn,
  SpokenTurn,
  TextPosition,
  ToolUse,
  TurnEnding,
} from "shared/store/stores.ts";

/** A store that has not answered for so long has failed; what is newest by then is tried next. */
const WRITE_LIMIT_MS = 1_000;
const MAX_TOOL_USES = 20;
const MAX_NOTES = 20;
const MAX_NOTE_CHARS = 2_000;

export interface ConversationRecordOptions
  extends Pick<Conversation, "call" | "businessId" | "leg" | "epoch"> {
  readonly store: ConversationStore;
  readonly clock: Clock;
  readonly onStoreError: (error: unknown) => void;
}

/** A turn as it begins to be spoken. */
export type BegunTurn = Omit<ConversationTurn, "piecesSent" | "interrupted" | "heard" | "tools">;

export interface TurnNews {
  /** Of the whole text. */
  readonly piecesSent?: number;
  readonly interrupted?: boolean;
  /** Of an interrupted turn. */
  readonly heard?: TextPosition;
  readonly pieceEnds?: readonly number[];
  readonly pieces?: readonly string[];
  readonly isWhole?: boolean;
  readonly then?: TurnEnding;
  readonly tools?: readonly ToolUse[];
}

/**
 * What was asked and told in one call, kept in the store as it grows.
 *
 * - Nothing waits for the store: at most one write is under way, and the next one writes what is newest then.
 */
export class ConversationRecord {
  readonly #options: ConversationRecordOptions;
  #turns: readonly ConversationTurn[] = [];
  #notes: readonly string[] = [];
  /** Of the turn that is being thought of. */
  #newNotes: readonly string[] = [];
  /** Of the turn that is being thought of, or was last. */
  #toolUses: readonly ToolUse[] = [];
  /** The turn that came of the last thought; undefined until it begins. */
  #thoughtOfTurn: number | undefined;
  #takenThroughSeq = -1;
  #closed = false;
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
  takeOver({ turns, notes }: Pick<Conversation, "turns" | "notes">, takenThroughSeq: number): void {
    this.#turns = turns;
    this.#notes = notes;
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
    const tools = this.#thoughtOfTurn === undefined ? this.#toolUses : [];
    const begun = { ...turn, piecesSent: 0, interrupted: false, heard: null, tools };
    this.#turns = [...others, begun];
    this.#thoughtOfTurn = turn.turn;
    this.#keepNotes();
    this.#takenThroughSeq = Math.max(this.#takenThroughSeq, throughSeq);
    this.#changed();
  }

  /** The rest of a turn begins to be spoken. */
  resume(turn: number, spoken: SpokenTurn): void {
    this.#update(turn, (before) => ({ ...before, spoken, interrupted: false, heard: null }));
  }

  /** More of a turn was written, made or sent, or it was interrupted. */
  progress(turn: number, { pieceEnds, ...news }: TurnNews): void {
    this.#update(turn, (before) => {
      const { spoken } = before;
      const isMade = pieceEnds && pieceEnds.length !== spoken.pieceEnds.length;
      if (isMade) return { ...before, ...news, spoken: { ...spoken, pieceEnds } };
      const isNews = Object.entries(news).some(([name, value]) =>
        before[name as keyof typeof news] !== value
      );
      return isNews ? { ...before, ...news } : before;
    });
  }

  /** A reply is thought of: tools that are used belong to the turn that begins next. */
  thought(): void {
    if (this.#thoughtOfTurn !== undefined) this.#toolUses = [];
    this.#thoughtOfTurn = undefined;
    // Of a thought that was taken back: what it was about is thought of again.
    this.#newNotes = [];
  }

  useTool(use: ToolUse): void {
    const tools = [...this.#toolUses, use].slice(-MAX_TOOL_USES);
    this.#toolUses = tools;
    if (this.#thoughtOfTurn !== undefined) this.progress(this.#thoughtOfTurn, { tools });
  }

  /** The caller leaves a note for the business; kept when the turn that takes it begins, or the call ends before. */
  note(text: string): void {
    this.#newNotes = [...this.#newNotes, text.slice(0, MAX_NOTE_CHARS)];
    if (this.#thoughtOfTurn !== undefined) this.#keepNotes();
  }

  /** The call has ended: what is stored now is all. */
  close(): void {
    this.#closed = true;
    this.#keepNotes();
    this.#changed();
  }

  #keepNotes(): void {
    if (this.#newNotes.length === 0) return;
    this.#notes = [...this.#notes, ...this.#newNotes].slice(0, MAX_NOTES);
    this.#newNotes = [];
    this.#changed();
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
      const put = await within(clock, WRITE_LIMIT_MS, () =>
        store.put({
          ...{ call, businessId, leg, epoch },
          takenThroughSeq: this.#takenThroughSeq,
          turns: this.#turns,
          notes: this.#notes,
          closed: this.#closed,
        }));
      if (!put.ok) onStoreError(put.reason === "failed" ? put.cause : "slow");
    }
    this.#writing = false;
  }
}
