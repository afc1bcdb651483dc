import type { ConversationTurn, TurnEnding } from "shared/store/stores.ts";

/** What the caller did. Texts joined from several finals are one text. */
export type DialogInput =
  | { readonly kind: "speech"; readonly text: string }
  /** Speech that the recognizer could not make out. */
  | { readonly kind: "rejected" }
  | { readonly kind: "key"; readonly digit: string };

export interface DialogRequest {
  readonly input: DialogInput;
  /** What was said so far, the greeting as turn 0. */
  readonly turns: readonly ConversationTurn[];
}

export interface DialogReply {
  /** To be spoken, sentence by sentence. */
  readonly text: string;
  /** What happens after the text has been spoken. */
  readonly action: TurnEnding;
  /** Whether the caller may speak over it. */
  readonly interruptible: boolean;
  readonly understood: boolean;
  /** The question it answers, the last one if several. */
  readonly question: string | null;
}

/** One call's partner in talk. Keeps no state of its own: a reply that was cancelled leaves no trace. */
export interface Dialog {
  /** May reject; what is abandoned by `signal` is never looked at. */
  reply(request: DialogRequest, signal: AbortSignal): Promise<DialogReply>;
}
