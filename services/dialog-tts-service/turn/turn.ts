import {
  askCaller,
  endEntry,
  hearPartial,
  hearResult,
  interrupt,
  pressKey,
} from "./caller_events.ts";
import { Talk, type TurnOptions } from "./talk.ts";
import type { CallResumed, TurnAction, TurnEvent } from "./turn_events.ts";
import { isLast } from "./turn_state.ts";
import { endPlayout, endTurn, follow, speak, takeReply } from "./utterance_events.ts";

export type { TurnOptions };

/**
 * Who speaks when, on one call. Pure: events with their time in, actions out.
 *
 * - The greeting comes first. Either a reply is thought of, or an utterance spoken, or neither.
 * - Speech that lasts, or has words, clears an interruptible utterance that was sent before it began. Where no words come
 *   of it, or only such as listeners say, the utterance goes on where it stopped. Other speech is answered afterwards.
 * - A final that comes before the reply's first frame takes the reply back; both texts are answered as one.
 * - A reply does not begin over a caller who speaks: it waits for the words, or for their absence.
 * - Two replies never start within the refractory period. Keys and clears do not wait for it.
 * - A key clears whatever is spoken and is acted on at once, until the last words of the call have begun; where digits are
 *   asked for, keys are collected, and words end that.
 * - A rejection alone takes nothing back and silences nothing.
 * - A caller who is silent for long is asked.
 * - Where something cannot be spoken, or not to its end, what it was to lead to follows at once; where it was to lead to
 *   nothing, an apology, and the fallback.
 * - A successor speaks what is left of the last turn; where that may be interrupted, a question that came meanwhile
 *   is answered in its place.
 */
export class TurnMachine {
  readonly #talk: Talk;

  constructor(options: TurnOptions) {
    this.#talk = new Talk(options);
  }

  /** When the next `tick` is due; undefined when only an event can change anything. */
  get wakeAtMs(): number | undefined {
    const { answersMs, speaksMs, resumesMs, idleMs, entry, floor } = this.#talk;
    const wakeMs = Math.min(
      speaksMs,
      answersMs,
      resumesMs,
      idleMs,
      entry?.dueMs ?? Infinity,
      floor.speaking?.endsByMs ?? Infinity,
    );
    return wakeMs === Infinity ? undefined : wakeMs;
  }

  handle(event: TurnEvent, nowMs: number): TurnAction[] {
    const talk = this.#talk;
    this.#take(event, nowMs);
    if (nowMs >= talk.speaksMs) speak(talk);
    if (nowMs >= (talk.entry?.dueMs ?? Infinity)) endEntry(talk, nowMs);
    if (nowMs >= talk.resumesMs) talk.resumeInterrupted();
    if (nowMs >= talk.answersMs) this.#answerWaiting();
    if (nowMs >= talk.idleMs) askCaller(talk, nowMs);
    return talk.takeActions();
  }

  #take(event: TurnEvent, nowMs: number): void {
    const talk = this.#talk;
    switch (event.kind) {
      case "call_started":
        return talk.greet(event.greetingInterruptible, false);
      case "call_resumed":
        return this.#resume(event, nowMs);
      case "speech_started":
        return talk.voice.heard(event.onsetMs, nowMs);
      case "speech_sustained":
        talk.voice.sustained(event.onsetMs, nowMs);
        return interrupt(talk, nowMs);
      case "partial":
        return hearPartial(talk, event.onsetMs, event.text, nowMs);
      case "final":
      case "rejected":
        return hearResult(talk, event, nowMs);
      case "speech_ended":
        return talk.voice.ended(nowMs);
      case "key":
        return pressKey(talk, event.digit, nowMs);
      case "reply_ready":
        return takeReply(talk, event.thought, event.reply, nowMs);
      case "tick":
        return endPlayout(talk, nowMs);
      default:
        return follow(talk, event, nowMs);
    }
  }

  #answerWaiting(): void {
    this.#talk.silence("superseded");
    this.#talk.ask(this.#talk.waiting.take());
  }

  #resume({ turn, rest, takenThroughSeq, heard }: CallResumed, nowMs: number): void {
    const talk = this.#talk;
    talk.turn = turn;
    talk.taken.resume(takenThroughSeq, heard);
    if (rest.do === "apologise") return talk.apologise(turn);
    const then = "then" in rest ? rest.then : { do: "none" } as const;
    talk.leaving = isLast(then) && !(rest.do === "speak" && rest.interruptible);
    for (const result of heard) hearResult(talk, result, nowMs);
    if (rest.do === "nothing") return endTurn(talk, rest.then, rest.isWhole, nowMs);
    const { interruptible } = rest;
    if (interruptible && !talk.waiting.isEmpty) talk.act({ do: "drop_rest" });
    else if (rest.do === "greet") talk.greet(interruptible, rest.emergency);
    else {
      const { isWhole } = rest;
      const speech = { interruptible, answersSpeech: interruptible };
      const of = { turn, ...speech, action: then, isWhole, isRest: true };
      const utterance = talk.floor.open(of);
      talk.act({ do: "resume", utterance, turn, from: rest.from, interruptible });
    }
  }
}
