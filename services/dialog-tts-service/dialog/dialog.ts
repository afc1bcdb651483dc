import type { ConversationTurn, ToolOutcome } from "shared/store/stores.ts";
import type { ReplyText } from "./reply_text.ts";

/** What the caller did. Texts joined from several finals are one text. */
export type DialogInput =
  | { readonly kind: "speech"; readonly text: string }
  /** Speech that the recognizer could not make out. */
  | { readonly kind: "rejected" }
  | { readonly kind: "key"; readonly digit: string }
  /** Digits that were asked for. They themselves are known to the desk only. */
  | {
    readonly kind: "entry";
    /** `entry_1`: the first of the call. */
    readonly name: string;
    readonly digits: number;
    /** False: there were fewer than asked for when the time was over. */
    readonly complete: boolean;
    /** The tool that gets it; null: the dialog decides. */
    readonly tool: string | null;
  }
  /** What was being written was cut off by a noise, and what there was of it has been said. */
  | { readonly kind: "go_on" }
  /** The caller has said nothing for a while, so many times in a row; the third time is the last. */
  | { readonly kind: "silence"; readonly times: number };

export interface DialogRequest {
  readonly input: DialogInput;
  /** What was said so far, the greeting as turn 0; of what was interrupted, what the caller heard. */
  readonly turns: readonly ConversationTurn[];
  readonly desk: CallDesk;
}

/** What a dialog can do beside talking. All of it ends with the signal of its reply. */
export interface CallDesk {
  /** Leaves a note for the business. */
  note(text: string): void;
  /**
   * Uses a tool of the business. In `args`, texts that are `{{entry_1}}` stand for what the caller has entered: digits are
   * filled in behind the dialog's back. Never rejects.
   */
  useTool(
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolAnswer>;
}

/** `value`: what it answered, as parsed JSON. `problem`: for a language model, in English. */
export type ToolAnswer =
  | { readonly outcome: "ok"; readonly value: unknown }
  | { readonly outcome: Exclude<ToolOutcome, "ok">; readonly problem: string };

export interface DialogReply {
  /** What is said, and what follows it. */
  readonly text: ReplyText;
  /** Whether the caller may speak over it. */
  readonly interruptible: boolean;
  readonly understood: boolean;
  /** The question it answers, the last one if several. */
  readonly question: string | null;
}

/** One call's partner in talk. Keeps no state of its own: a reply that was cancelled leaves no trace. */
export interface Dialog {
  /**
   * Resolves when there is something to say: a first piece, or the end. What is written after that goes on until the text
   * is whole, or `signal` is aborted; then nobody looks at it any more. May reject.
   */
  reply(request: DialogRequest, signal: AbortSignal): Promise<DialogReply>;
}
