import type { DialogInput, DialogReply } from "../dialog/dialog.ts";
import { TakenSpeech } from "./taken_speech.ts";
import type {
  Asked,
  CallResumed,
  ClearReason,
  ResultEvent,
  SpeechId,
  TurnAction,
  TurnEvent,
} from "./turn_events.ts";
import type { Heard, Opening, Speaking, Thinking } from "./turn_state.ts";

/** After the edge has sent the last frame, an utterance whose mark never comes back has ended so much later. */
const PLAYOUT_GRACE_MS = 1_000;

export interface TurnOptions {
  /** Two replies never start within this time. */
  readonly refractoryMs: number;
  readonly nextUtterance: number;
}

/**
 * Who speaks when, on one call. Pure: events with their time in, actions out.
 *
 * - The greeting comes first. Either a reply is thought of, or an utterance spoken, or neither.
 * - Speech that begins while an interruptible utterance is sent clears it. Other speech is answered afterwards.
 * - A final that comes before the reply's first frame takes the reply back; both texts are answered as one.
 * - Two replies never start within the refractory period. Keys and clears do not wait for it.
 * - A key clears whatever is spoken and is acted on at once, until the last words of the call have begun.
 * - A rejection alone takes nothing back and silences nothing.
 * - Where something cannot be spoken, or not to its end, what it was to lead to follows at once; where it was to lead to
 *   nothing, an apology, and the fallback.
 * - A successor speaks what is left of the last turn; where that may be interrupted, a question that came meanwhile
 *   is answered in its place.
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
  readonly #taken = new TakenSpeech();
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
        return this.#greet(event.greetingInterruptible, false);
      case "call_resumed":
        return this.#resume(event, nowMs);
      case "speech_started":
      case "partial":
        return this.#listen(event.onsetMs);
      case "final":
      case "rejected":
        return this.#hear(event, nowMs);
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

  #greet(interruptible: boolean, emergency: boolean): void {
    const utterance = this.#open({
      turn: 0,
      interruptible,
      action: { do: "none" },
      heard: [],
      answersSpeech: false,
      isRest: false,
    });
    this.#actions.push({ do: "greet", utterance, interruptible, emergency });
  }

  #resume({ turn, rest, takenThroughSeq, heard }: CallResumed, nowMs: number): void {
    this.#turn = turn;
    this.#leaving = "then" in rest && rest.then.do !== "none";
    this.#taken.resume(takenThroughSeq, heard);
    if (rest.do === "apologise") return this.#apologise(turn);
    for (const result of heard) this.#hear(result, nowMs);
    if (rest.do === "nothing") {
      if (rest.then.do !== "none") this.#actions.push(rest.then);
      return;
    }
    const { interruptible } = rest;
    if (interruptible && this.#waiting.length > 0) this.#actions.push({ do: "drop_rest" });
    else if (rest.do === "greet") this.#greet(interruptible, rest.emergency);
    else {
      const { then: action, firstSentence } = rest;
      const answersSpeech = interruptible;
      const of = { turn, interruptible, action, heard: [], answersSpeech, isRest: true };
      const utterance = this.#open(of);
      this.#actions.push({ do: "resume", utterance, turn, firstSentence, interruptible });
    }
  }

  #listen(onsetMs: number): void {
    if (this.#leaving) return;
    this.#onsetMs = onsetMs;
    this.#interrupt();
  }

  #hear(result: ResultEvent, nowMs: number): void {
    if (this.#leaving) return;
    const text = this.#taken.take(result);
    if (text === undefined) return;
    this.#listen(result.onsetMs);
    this.#onsetMs = undefined;
    if (text !== null) this.#takeBackReply();
    else if (this.#thinking || this.#speaking?.interruptible) return;
    this.#waiting.push({ text, receivedMs: nowMs, id: result.id });
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
    } else if (this.#speaking && !this.#speaking.begun && this.#speaking.answersSpeech) {
      this.#waiting.unshift(...this.#speaking.heard);
      this.#silence("superseded");
    }
  }

  #key(digit: string, nowMs: number): void {
    if (this.#leaving) return;
    this.#silence("key");
    this.#waiting = [];
    this.#think({ kind: "key", digit }, nowMs, undefined, []);
  }

  /** Ends the thought or utterance there is. */
  #silence(because: ClearReason): void {
    if (this.#thinking) this.#actions.push({ do: "abandon_thought" });
    if (this.#speaking?.begun) {
      this.#actions.push({ do: "clear", through: this.#speaking.utterance, because });
    } else if (this.#speaking) {
      this.#actions.push({ do: "abandon_utterance" });
      if (this.#speaking.isRest) this.#actions.push({ do: "drop_rest" });
    }
    this.#thinking = this.#speaking = undefined;
  }

  /** Whether what waits may be answered as soon as the refractory period is over. */
  get #mayAnswer(): boolean {
    if (this.#waiting.length === 0 || this.#thinking || this.#leaving) return false;
    const speaking = this.#speaking;
    return !speaking || (speaking.begun && speaking.interruptible && speaking.answersSpeech);
  }

  #answerWaiting(): void {
    this.#silence("superseded");
    const heard = this.#waiting;
    this.#waiting = [];
    const { receivedMs, id } = heard.at(-1)!;
    const text = heard.map(({ text }) => text).filter((text) => text !== null).join(" ");
    this.#think(
      text === "" ? { kind: "rejected" } : { kind: "speech", text },
      receivedMs,
      id,
      heard,
    );
  }

  #think(
    input: DialogInput,
    receivedMs: number,
    id: SpeechId | undefined,
    heard: readonly Heard[],
  ): void {
    const thought = ++this.#thoughts;
    const asked: Asked = { input, receivedMs, id, throughSeq: this.#taken.throughSeq };
    this.#thinking = { thought, asked, heard };
    this.#actions.push({ do: "think", thought, asked });
  }

  #speak(thought: number, reply: DialogReply): void {
    if (this.#thinking?.thought !== thought) return;
    const { asked, heard } = this.#thinking;
    this.#thinking = undefined;
    const { interruptible, action } = reply;
    const turn = this.#turn + 1;
    const answersSpeech = heard.length > 0;
    const of = { turn, interruptible, action, heard, answersSpeech, isRest: false };
    const utterance = this.#open(of);
    this.#actions.push({ do: "speak", utterance, turn, asked, reply });
  }

  #open(of: Opening): number {
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
      case "speech_failed":
        return this.#failed(speaking);
      case "sent":
        speaking.endsByMs ??= nowMs + PLAYOUT_GRACE_MS;
        return;
      case "finished":
        this.#speaking = undefined;
    }
  }

  #begin(speaking: Speaking, nowMs: number): void {
    speaking.begun = true;
    if (speaking.turn === 0) return;
    this.#turn = speaking.turn;
    this.#nextReplyMs = nowMs + this.#refractoryMs;
    this.#leaving = speaking.action.do !== "none";
  }

  #failed(speaking: Speaking): void {
    if (speaking.action.do !== "none") return this.#published(speaking);
    this.#apologise(this.#turn + 1);
  }

  #apologise(turn: number): void {
    this.#leaving = true;
    this.#waiting = [];
    const utterance = this.#open({
      turn,
      interruptible: false,
      action: { do: "fallback" },
      heard: [],
      answersSpeech: false,
      isRest: false,
    });
    this.#actions.push({ do: "apologise", utterance, turn });
  }

  #published(speaking: Speaking): void {
    const { action, begun } = speaking;
    if (!begun) this.#speaking = undefined;
    if (action.do === "none") return;
    this.#leaving = true;
    this.#actions.push(action);
  }
}
