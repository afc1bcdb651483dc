import { type Clock, ENDED } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "shared/runtime/log.ts";
import { boundedRecord } from "shared/store/call_record_bounds.ts";
import type { CallRecord, Conversation, ConversationStore } from "shared/store/stores.ts";
import { callTurns } from "./telemetry/call_turns.ts";
import type { TurnTimes } from "./telemetry/turn_book.ts";

/** When it is looked for the conversation, from the end of its call on: the dialog closes it in some milliseconds. */
const LOOKS_MS = [50, 100, 200, 400, 800, 1_600, 2_000];
const READ_LIMIT_MS = 300;
const MAX_WAITING = 1_000;

/** A call that has ended, as the edge knows it. */
export interface EndedCall {
  readonly record: Omit<CallRecord, "turns" | "notes">;
  readonly times: readonly TurnTimes[];
}

export interface CallCompletionOptions {
  readonly clock: Clock;
  readonly conversations: Pick<ConversationStore, "get">;
  /** Takes the record, once. */
  readonly keep: (record: CallRecord) => void;
  readonly log: Log;
}

interface Waiting {
  readonly call: EndedCall;
  /** It is not looked any more from then on. */
  untilMs: number;
  /** Ends the pause before the next look. */
  hurry: AbortController;
}

/**
 * Adds to the record of each call that has ended what its conversation tells, which the dialog closes a moment later.
 *
 * - Waits 2 s at most; then the record goes as it is, with what was there of the conversation.
 * - At most 1,000 calls wait: beyond, the oldest waits no longer.
 */
export class CallCompletion {
  readonly #options: CallCompletionOptions;
  /** The oldest first. */
  readonly #waiting = new Map<Waiting, Promise<void>>();
  #drainUntilMs: number | undefined;

  constructor(options: CallCompletionOptions) {
    this.#options = options;
  }

  /** Calls whose records are not complete yet. */
  get size(): number {
    return this.#waiting.size;
  }

  complete(call: EndedCall): void {
    const untilMs = this.#drainUntilMs ?? this.#options.clock.now() + LOOKS_MS.at(-1)!;
    const waiting: Waiting = { call, untilMs, hurry: new AbortController() };
    if (this.size >= MAX_WAITING) this.#giveUpOldest();
    this.#waiting.set(waiting, this.#wait(waiting));
  }

  /** Looks at once, and again, until `deadlineMs`, where there is a conversation that is open. Then no call waits. */
  async drain(deadlineMs: number): Promise<void> {
    this.#drainUntilMs = deadlineMs;
    for (const waiting of this.#waiting.keys()) {
      waiting.untilMs = Math.min(waiting.untilMs, deadlineMs);
      waiting.hurry.abort(ENDED);
    }
    await Promise.all(this.#waiting.values());
  }

  #giveUpOldest(): void {
    const [oldest] = this.#waiting.keys();
    if (!oldest) return;
    oldest.untilMs = -Infinity;
    oldest.hurry.abort(ENDED);
    this.#waiting.delete(oldest);
  }

  async #wait(waiting: Waiting): Promise<void> {
    const { clock, keep } = this.#options;
    const endedMs = clock.now();
    let conversation: Conversation | undefined;
    for (const lookMs of LOOKS_MS) {
      const dueMs = Math.min(endedMs + lookMs, waiting.untilMs);
      if (!await clock.sleepUntil(dueMs, waiting.hurry.signal)) {
        waiting.hurry = new AbortController();
      }
      conversation = await this.#read(waiting) ?? conversation;
      if (clock.now() >= waiting.untilMs || isOver(conversation, waiting.call.record.leg)) break;
      // Who stops does not wait for a dialog that there may never have been.
      if (this.#drainUntilMs !== undefined && !conversation) break;
    }
    this.#waiting.delete(waiting);
    keep(completed(waiting.call, conversation));
  }

  /** Undefined: there is none, or it cannot be read now. */
  async #read({ call, untilMs }: Waiting): Promise<Conversation | undefined> {
    const { clock, conversations, log } = this.#options;
    if (untilMs === -Infinity) return undefined;
    const read = await within(clock, READ_LIMIT_MS, () => conversations.get(call.record.call));
    if (read.ok) return read.value;
    const error = read.reason === "failed" ? String(read.cause) : read.reason;
    log.warnLimited("conversation", "conversation not read for its call record", { error });
    return undefined;
  }
}

/** Whether the dialog of this leg adds nothing any more. */
function isOver(conversation: Conversation | undefined, leg: number): boolean {
  if (!conversation) return false;
  return conversation.leg > leg || (conversation.leg === leg && conversation.closed);
}

function completed({ record, times }: EndedCall, conversation?: Conversation): CallRecord {
  const turns = callTurns(times, conversation?.turns ?? []);
  return boundedRecord({ ...record, turns, notes: conversation?.notes ?? [] });
}
