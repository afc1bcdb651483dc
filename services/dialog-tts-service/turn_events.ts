import type { DialogInput, DialogReply } from "./dialog/dialog.ts";

/** The speech of a caller that is answered, for the latency line. */
export interface SpeechId {
  readonly epoch: number;
  readonly speech: number;
}

/** What happens to a call. Utterances are ours, speech is the caller's; `*Ms` of speech are stream time. */
export type TurnEvent =
  | { readonly kind: "call_started"; readonly greetingInterruptible: boolean }
  | { readonly kind: "speech_started" | "partial"; readonly onsetMs: number }
  | {
    readonly kind: "final";
    readonly text: string;
    readonly onsetMs: number;
    readonly toSeq: number;
    readonly id: SpeechId;
  }
  | {
    readonly kind: "rejected";
    readonly onsetMs: number;
    readonly toSeq: number;
    readonly id: SpeechId;
  }
  | { readonly kind: "speech_ended" }
  | { readonly kind: "key"; readonly digit: string }
  | { readonly kind: "reply_ready"; readonly thought: number; readonly reply: DialogReply }
  /** Its first frame goes to the bus. */
  | { readonly kind: "first_frame"; readonly utterance: number }
  /** The edge sends it since this stream time. */
  | { readonly kind: "sending"; readonly utterance: number; readonly sinceMs: number }
  /** Its last frame went to the bus, or there is none. */
  | { readonly kind: "published"; readonly utterance: number }
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
}

export type ClearReason = "barge_in" | "key" | "superseded";

export type TurnAction =
  | { readonly do: "greet"; readonly utterance: number; readonly interruptible: boolean }
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
  | { readonly do: "clear"; readonly through: number; readonly because: ClearReason }
  | { readonly do: "hangup" }
  | { readonly do: "transfer"; readonly to: string };

export type ActionOf<D extends TurnAction["do"]> = Extract<TurnAction, { do: D }>;
