import type { DialogAction, DialogReply } from "./dialog/dialog.ts";
import type { Asked, ClearReason, SpeechId, TurnAction, TurnEvent } from "./turn_events.ts";

/** After the edge has sent the last frame, an utterance whose mark never comes back has ended so much later. */
const PLAYOUT_GRACE_MS = 1_000;

export interface TurnOptions {
  /** Two replies never start within this time. */
  readonly refractoryMs: number;
  readonly nextUtterance: number;
}

/** A final, or with text null a rejection, that waits for its answer. */
interface Heard {
  readonly text: string | null;
  readonly receivedMs: number;
  readonly id: SpeechId;
}

interface Thinking {
  readonly thought: number;
  readonly asked: Asked;
  /** What is answered; empty for a key. */
  readonly heard: readonly Heard[];
}

interface Speaking {
  readonly utterance: number;
  readonly interruptible: boolean;
  readonly isReply: boolean;
  readonly action: DialogAction;
  readonly heard: readonly Heard[];
  /** Its first frame has gone to the bus. */
  begun: boolean;
  /** Stream time since which the edge sends it. */
  sinceMs: number | undefined;
  endsByMs: number | undefined;
}

type SpeechEvent = Extract<TurnEvent, { onsetMs: number }>;

/**
 * Who speaks when, on one call. Pure: events with their time in, actions out.
 *
 * - The greeting comes first. Either a reply is thought of, or an utterance spoken, or neither.
 * - Speech that begins while an interruptible utterance is sent clears it. Other speech is answered afterwards.
 * - A final that comes before the reply's first frame takes the reply back; both texts are answered as one.
 * - Two replies never start within the refractory period. Keys and clears do not wait for it.
 * - A key clears whatever is spoken and is acted on at once, until the last words of the call have begun.
 * - A rejection alone takes nothing back and silences nothing.
 */
export class TurnMachine {
  readonly #refractoryMs: number;
  #nextUtterance: number;
  #turn = 0;
  #thoughts = 0;
  #thinking: Thinking | undefined;
  #speaking: Speaking | undefined;
  #waiting: Heard[] = [];
  /** Onset of the speech in progress. */
  #onsetMs: number | undefined;
  #takenThroughSeq = -1;
  #nextReplyMs = -Infinity;
  /** The last words have begun: nothing is answered any more. */
  #leaving = false;
  #actions: TurnAction[] = [];

  constructor({ refractoryMs, nextUtterance }: TurnOptions) {
    this.#refractoryMs = refractoryMs;
    this.#nextUtterance = nextUtterance;
  }

  /** When the next `tick` is due; undefined when only an event can change anything. */
  get wakeAtMs(): number | undefined {
    const answerMs = this.#mayAnswer ? this.#nextReplyMs : Infinity;
    const wakeMs = Math.min(answerMs, this.#speaking?.endsByMs ?? Infinity);
    return wakeMs === Infinity ? undefined : wakeMs;
  }

  handle(event: TurnEvent, nowMs: number): TurnAction[] {
    this.#actions = [];
    this.#take(event, nowMs);
    if (this.#mayAnswer && nowMs >= this.#nextReplyMs) this.#answerWaiting();
    return this.#actions;
  }

  #take(event: TurnEvent, nowMs: number): void {
    switch (event.kind) {
      case "call_started":
        return this.#greet(event.greetingInterruptible);
      case "speech_started":
      case "partial":
      case "final":
      case "rejected":
        return this.#listen(event, nowMs);
      case "speech_ended":
        this.#onsetMs = undefined;
        return;
      case "key":
        return this.#key(event.digit, nowMs);
      case "reply_ready":
        return this.#speak(event.thought, event.reply);
      case "tick":
        if (nowMs >= (this.#speaking?.endsByMs ?? Infinity)) this.#speaking = undefined;
        return;
      default:
        if (event.utterance === this.#speaking?.utterance) {
          this.#follow(this.#speaking, event, nowMs);
        }
    }
  }

  #greet(interruptible: boolean): void {
    const utterance = this.#open({
      interruptible,
      isReply: false,
      action: { do: "none" },
      heard: [],
    });
    this.#actions.push({ do: "greet", utterance, interruptible });
  }

  #listen(event: SpeechEvent, nowMs: number): void {
    const isResult = event.kind === "final" || event.kind === "rejected";
    if (this.#leaving || (isResult && event.toSeq <= this.#takenThroughSeq)) return;
    this.#onsetMs = event.onsetMs;
    this.#interrupt();
    if (!isResult) return;
    this.#onsetMs = undefined;
    this.#takenThroughSeq = event.toSeq;
    const heard = { receivedMs: nowMs, id: event.id };
    if (event.kind === "rejected") {
      const isAnswered = this.#thinking !== undefined || this.#speaking?.interruptible;
      if (!isAnswered) this.#waiting.push({ ...heard, text: null });
    } else {
      this.#takeBackReply();
      this.#waiting.push({ ...heard, text: event.text });
    }
  }

  /** Speech from before the first frame that the edge sent does not interrupt. */
  #interrupt(): void {
    const speaking = this.#speaking;
    if (!speaking?.interruptible || this.#onsetMs === undefined) return;
    if (this.#onsetMs >= (speaking.sinceMs ?? Infinity)) this.#silence("barge_in");
  }

  /** A reply of which nothing was heard yet is made anew, with what came meanwhile. */
  #takeBackReply(): void {
    if (this.#thinking && this.#thinking.heard.length > 0) {
      this.#waiting.unshift(...this.#thinking.heard);
      this.#silence("superseded");
    } else if (this.#speaking && !this.#speaking.begun && this.#speaking.heard.length > 0) {
      this.#waiting.unshift(...this.#speaking.heard);
      this.#silence("superseded");
    }
  }

  #key(digit: string, nowMs: number): void {
    if (this.#leaving) return;
    this.#silence("key");
    this.#waiting = [];
    this.#think({ input: { kind: "key", digit }, receivedMs: nowMs, id: undefined }, []);
  }

  /** Ends the thought or utterance there is. */
  #silence(because: ClearReason): void {
    if (this.#thinking) this.#actions.push({ do: "abandon_thought" });
    if (this.#speaking?.begun) {
      this.#actions.push({ do: "clear", through: this.#speaking.utterance, because });
    } else if (this.#speaking) {
      this.#actions.push({ do: "abandon_utterance" });
    }
    this.#thinking = this.#speaking = undefined;
  }

  /** Whether what waits may be answered as soon as the refractory period is over. */
  get #mayAnswer(): boolean {
    if (this.#waiting.length === 0 || this.#thinking || this.#leaving) return false;
    const speaking = this.#speaking;
    return !speaking || (speaking.begun && speaking.interruptible && speaking.heard.length > 0);
  }

  #answerWaiting(): void {
    this.#silence("superseded");
    const heard = this.#waiting;
    this.#waiting = [];
    const { receivedMs, id } = heard.at(-1)!;
    const text = heard.map(({ text }) => text).filter((text) => text !== null).join(" ");
    this.#think({
      input: text === "" ? { kind: "rejected" } : { kind: "speech", text },
      receivedMs,
      id,
    }, heard);
  }

  #think(asked: Asked, heard: readonly Heard[]): void {
    const thought = ++this.#thoughts;
    this.#thinking = { thought, asked, heard };
    this.#actions.push({ do: "think", thought, asked });
  }

  #speak(thought: number, reply: DialogReply): void {
    if (this.#thinking?.thought !== thought) return;
    const { asked, heard } = this.#thinking;
    this.#thinking = undefined;
    const { interruptible, action } = reply;
    const utterance = this.#open({ interruptible, isReply: true, action, heard });
    this.#actions.push({ do: "speak", utterance, turn: this.#turn + 1, asked, reply });
  }

  #open(of: Pick<Speaking, "interruptible" | "isReply" | "action" | "heard">): number {
    const utterance = this.#nextUtterance++;
    this.#speaking = { ...of, utterance, begun: false, sinceMs: undefined, endsByMs: undefined };
    return utterance;
  }

  #follow(
    speaking: Speaking,
    event: Extract<TurnEvent, { utterance: number }>,
    nowMs: number,
  ): void {
    switch (event.kind) {
      case "first_frame":
        return this.#begin(speaking, nowMs);
      case "sending":
        speaking.sinceMs ??= event.sinceMs;
        return this.#interrupt();
      case "published":
        return this.#published(speaking);
      case "sent":
        speaking.endsByMs ??= nowMs + PLAYOUT_GRACE_MS;
        return;
      case "finished":
        this.#speaking = undefined;
    }
  }

  #begin(speaking: Speaking, nowMs: number): void {
    speaking.begun = true;
    if (!speaking.isReply) return;
    this.#turn++;
    this.#nextReplyMs = nowMs + this.#refractoryMs;
    this.#leaving = speaking.action.do !== "none";
  }

  #published(speaking: Speaking): void {
    const { action, begun } = speaking;
    if (!begun) this.#speaking = undefined;
    if (action.do === "none") return;
    this.#leaving = true;
    this.#actions.push(action);
  }
}
