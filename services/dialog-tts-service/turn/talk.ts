/** PURE. Where the talk of one call stands, and what can be done about it. */
import { CallerVoice } from "./caller_voice.ts";
import type { DigitCollector } from "./digit_collector.ts";
import { Floor } from "./floor.ts";
import { IdleWatch } from "./idle_watch.ts";
import { TakenSpeech } from "./taken_speech.ts";
import type { ClearReason, TurnAction } from "./turn_events.ts";
import type { Interruption, LastAction, ReadyReply } from "./turn_state.ts";
import { type Question, WaitingSpeech } from "./waiting_speech.ts";

export interface TurnOptions {
  /** Two replies never start within this time. */
  readonly refractoryMs: number;
  /** A caller silent for so long is asked; 0: never. */
  readonly idlePromptMs: number;
  readonly nextUtterance: number;
  /** Whether callers say this while they listen, meaning nothing. */
  readonly isBackchannel: (text: string) => boolean;
}

/** A reply that is there does not begin over a caller who speaks, unless no words come of that for so long. */
const HOLD_MS = 2_000;

/** What is thought of: a question, or something that is no speech. */
type Asking = Pick<Question, "input" | "receivedMs"> & Partial<Question>;

/** Shared by the rules for the caller's events and for those of our utterances. */
export class Talk {
  readonly options: TurnOptions;
  readonly floor: Floor;
  readonly waiting = new WaitingSpeech();
  readonly voice = new CallerVoice();
  readonly taken = new TakenSpeech();
  readonly idle: IdleWatch;
  /** The last that was begun. */
  turn = 0;
  /** Keypad entries so far. */
  entries = 0;
  entry: DigitCollector | undefined;
  interruption: Interruption | undefined;
  ready: ReadyReply | undefined;
  nextReplyMs = -Infinity;
  /** The last words have begun: nothing is answered any more. */
  leaving = false;
  #actions: TurnAction[] = [];

  constructor(options: TurnOptions) {
    this.options = options;
    this.floor = new Floor(options.nextUtterance);
    this.idle = new IdleWatch(options.idlePromptMs);
  }

  /** When the reply that is there may begin; Infinity when there is none. */
  get speaksMs(): number {
    if (!this.ready) return Infinity;
    const { sinceMs } = this.ready;
    const { isSustained, hasWords, wordsUntilMs } = this.voice;
    if (!isSustained) return sinceMs;
    return hasWords ? wordsUntilMs : Math.min(wordsUntilMs, sinceMs + HOLD_MS);
  }

  /** When what waits may be answered; Infinity when it may not, or nothing waits. */
  get answersMs(): number {
    const mayAnswer = !this.waiting.isEmpty && this.floor.isFree && !this.leaving;
    return mayAnswer ? this.nextReplyMs : Infinity;
  }

  /** When what was interrupted goes on, unless words come. */
  get resumesMs(): number {
    if (!this.interruption) return Infinity;
    return Math.max(this.interruption.dueMs, this.voice.wordsUntilMs);
  }

  /** When the caller has been silent for too long; Infinity while anything goes on. */
  get idleMs(): number {
    const busy = this.floor.speaking ?? this.floor.thinking ?? this.interruption ?? this.entry;
    if (busy || this.leaving || !this.waiting.isEmpty) return Infinity;
    return Math.max(this.idle.dueMs, this.voice.wordsUntilMs);
  }

  /** What is to be done, in order; each is told once. */
  takeActions(): TurnAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  act(...actions: TurnAction[]): void {
    this.#actions.push(...actions);
  }

  /** Ends the thought or utterance there is. @param onsetMs of the speech that does it. */
  silence(because: ClearReason, onsetMs?: number): void {
    this.ready = undefined;
    this.act(...this.floor.silence(because, onsetMs));
  }

  ask({ heard = [], id, ...of }: Asking): void {
    const asked = { ...of, id, throughSeq: this.taken.throughSeq };
    this.act(this.floor.think(asked, heard));
  }

  greet(interruptible: boolean, emergency: boolean): void {
    const utterance = this.floor.open({ turn: 0, interruptible });
    this.act({ do: "greet", utterance, interruptible, emergency });
  }

  apologise(turn: number): void {
    this.leaving = true;
    this.waiting.clear();
    const utterance = this.floor.open({ turn, interruptible: false, action: { do: "fallback" } });
    this.act({ do: "apologise", utterance, turn });
  }

  /** What was silenced without words goes on. */
  resumeInterrupted(): void {
    const { turn, interruptible, action, answersSpeech, isWhole } = this.interruption!.of;
    this.interruption = undefined;
    const of = { turn, interruptible, action, answersSpeech, isWhole, isRest: true };
    const utterance = this.floor.open(of);
    this.act({ do: "resume", utterance, turn, interruptible });
  }

  /** The last words are out: what they lead to. */
  follows(action: LastAction): void {
    this.leaving = true;
    this.act(action);
  }
}
