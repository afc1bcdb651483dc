import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";
import type { ConversationStore, ConversationTurn } from "shared/store/stores.ts";
import type { Timed } from "shared/testing/timeline.ts";

/** What Kav has begun to tell, in order. */
export interface DemoEvents {
  readonly turns: readonly Timed<ConversationTurn>[];
}

const LOOK_EVERY_MS = 50;

export interface ConversationWatchOptions {
  readonly conversations: ConversationStore;
  readonly clock: Clock;
  readonly callSid: string;
  /** Told of every turn once, when it begins. */
  readonly onTurn: (turn: ConversationTurn) => void;
}

/** Looks into the store for new turns of a conversation: the dialog puts each there as it begins to speak it. */
export class ConversationWatch implements DemoEvents {
  readonly turns: Timed<ConversationTurn>[] = [];
  readonly #options: ConversationWatchOptions;
  readonly #cancel: Cancel;

  constructor(options: ConversationWatchOptions) {
    this.#options = options;
    this.#cancel = every(options.clock, LOOK_EVERY_MS, () => this.#look());
  }

  stop(): void {
    this.#cancel();
  }

  async #look(): Promise<void> {
    const { conversations, callSid, clock, onTurn } = this.#options;
    const conversation = await conversations.get(callSid);
    for (const turn of conversation?.turns.slice(this.turns.length) ?? []) {
      this.turns.push({ ...turn, atMs: clock.now() });
      onTurn(turn);
    }
  }
}
