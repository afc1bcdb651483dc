import type { TextPosition, TurnEnding } from "shared/store/stores.ts";
import type { DialogInput, DialogReply } from "../dialog/dialog.ts";

/** The speech of a caller that is answered, for the latency line. */
export interface SpeechId {
  readonly epoch: number;
  readonly speech: number;
}

/** What a recognizer made of a stretch of the caller's frames. */
export type ResultEvent =
  | (SpeechRange & { readonly kind: "final"; readonly text: string })
  | (SpeechRange & { readonly kind: "rejected" });

interface SpeechRange {
  readonly onsetMs: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly id: SpeechId;
}

/** What a predecessor has left to be spoken of its last turn. */
export type Rest =
  /** The greeting, from its beginning. `emergency`: the short one, as nobody knows what was told before. */
  | { readonly do: "greet"; readonly interruptible: boolean; readonly emergency: boolean }
  | {
    readonly do: "speak";
    /** The first piece that was not wholly sent. */
    readonly from: TextPosition;
    readonly interruptible: boolean;
    readonly then: TurnEnding;
    /** Whether its text is written to its end. */
    readonly isWhole: boolean;
  }
  | { readonly do: "nothing"; readonly then: TurnEnding; readonly isWhole: boolean }
  /** The apology, from its beginning. */
  | { readonly do: "apologise" };

/** A worker takes over from another. */
export interface CallResumed {
  readonly kind: "call_resumed";
  /** The last that was begun, 0 = the greeting. */
  readonly turn: number;
  readonly rest: Rest;
  /** The caller's last frame under what was answered; -1 = none. */
  readonly takenThroughSeq: number;
  /** The caller's last finals, answered or not, in order. */
  readonly heard: readonly ResultEvent[];
}

/** What happens to a call. Utterances are ours, speech is the caller's; `*Ms` of speech are stream time. */
export type TurnEvent =
  | { readonly kind: "call_started"; readonly greetingInterruptible: boolean }
  | CallResumed
  | { readonly kind: "speech_started" | "speech_sustained"; readonly onsetMs: number }
  | { readonly kind: "partial"; readonly onsetMs: number; readonly text: string }
  | ResultEvent
  | { readonly kind: "speech_ended" }
  | { readonly kind: "key"; readonly digit: string }
  | { readonly kind: "reply_ready"; readonly thought: number; readonly reply: DialogReply }
  /** Its text is whole. */
  | { readonly kind: "reply_ended"; readonly utterance: number; readonly then: TurnEnding }
  /** Its first frame goes to the bus. */
  | { readonly kind: "first_frame"; readonly utterance: number }
  /** The edge sends it since this stream time. */
  | { readonly kind: "sending"; readonly utterance: number; readonly sinceMs: number }
  /** Its last frame went to the bus, or there is none. */
  | { readonly kind: "published"; readonly utterance: number }
  /** It cannot be spoken, or not to its end. */
  | { readonly kind: "speech_failed"; readonly utterance: number }
  /** The edge has sent its last frame. */
  | { readonly kind: "sent"; readonly utterance: number }
  /** It has played out, or was cleared at the edge. */
  | { readonly kind: "finished"; readonly utterance: number }
  | { readonly kind: "tick" };

/** What is answered: the input, when its last part came, which speech that was. */
export interface Asked {
  readonly input: DialogInput;
  readonly receivedMs: number;
  readonly id: SpeechId | undefined;
  /** The caller's last frame under what is answered herewith, or no longer to be answered; -1 = none. */
  readonly throughSeq: number;
}

export type ClearReason = "barge_in" | "key" | "superseded";

export type TurnAction =
  | {
    readonly do: "greet";
    readonly utterance: number;
    readonly interruptible: boolean;
    readonly emergency: boolean;
  }
  /** The rest of a turn that was begun before. */
  | {
    readonly do: "resume";
    readonly utterance: number;
    readonly turn: number;
    /** Unset: where the caller stopped hearing it. */
    readonly from?: TextPosition;
    readonly interruptible: boolean;
  }
  /** The rest of a turn is not spoken any more. */
  | { readonly do: "drop_rest" }
  /** The caller has entered these digits: what is thought of next may use them by this name. */
  | { readonly do: "keep_entry"; readonly name: string; readonly digits: string }
  | { readonly do: "think"; readonly thought: number; readonly asked: Asked }
  | { readonly do: "abandon_thought" }
  | {
    readonly do: "speak";
    readonly utterance: number;
    readonly turn: number;
    readonly asked: Asked;
    readonly reply: DialogReply;
  }
  /** Nothing of it has gone out yet. */
  | { readonly do: "abandon_utterance" }
  | {
    readonly do: "clear";
    readonly through: number;
    readonly because: ClearReason;
    /** Of a barge-in: when the caller's speech began. */
    readonly onsetMs?: number;
  }
  /** Nothing can be spoken any more: what is recorded for that, and then the fallback. */
  | { readonly do: "apologise"; readonly utterance: number; readonly turn: number }
  | { readonly do: "hangup" }
  | { readonly do: "transfer"; readonly to: string }
  | { readonly do: "fallback" };

export type ActionOf<D extends TurnAction["do"]> = Extract<TurnAction, { do: D }>;
