/** What the turn machine keeps of the moment. */
import type { TurnEnding } from "shared/store/stores.ts";
import type { DialogReply } from "../dialog/dialog.ts";
import type { Asked, SpeechId } from "./turn_events.ts";

/** A final, or with text null a rejection, that waits for its answer. */
export interface Heard {
  readonly text: string | null;
  readonly receivedMs: number;
  readonly id: SpeechId;
}

export interface Thinking {
  readonly thought: number;
  readonly asked: Asked;
  /** What is answered; empty for a key, digits, a silence. */
  readonly heard: readonly Heard[];
}

export interface Speaking {
  readonly utterance: number;
  /** 0 = the greeting. */
  readonly turn: number;
  readonly interruptible: boolean;
  /** What follows; nothing while its text is being written. */
  action: TurnEnding;
  /** Whether its text is written to its end. */
  isWhole: boolean;
  /** What it answers; empty for a greeting, a key, or what was begun before. */
  readonly heard: readonly Heard[];
  /** Whether further speech is answered together with it, or in place of what is left of it. */
  readonly answersSpeech: boolean;
  /** What is left of a turn that was begun before. */
  readonly isRest: boolean;
  /** Its first frame has gone to the bus. */
  begun: boolean;
  /** Stream time since which the edge sends it. */
  sinceMs: number | undefined;
  endsByMs: number | undefined;
}

/** An utterance as it is opened. */
export type Opening = Omit<Speaking, "utterance" | "begun" | "sinceMs" | "endsByMs">;

/** A reply that has not begun to be spoken. */
export interface ReadyReply {
  readonly reply: DialogReply;
  readonly sinceMs: number;
}

/** What was silenced by speech of which no words have come yet. */
export interface Interruption {
  readonly of: Speaking;
  /** Without words by then it goes on. */
  readonly dueMs: number;
}

/** What ends a call, or our part in it. */
export type LastAction = Extract<TurnEnding, { do: "hangup" | "transfer" | "fallback" }>;

/** Whether these are the last words of the call. */
export function isLast(action: TurnEnding): action is LastAction {
  return action.do === "hangup" || action.do === "transfer" || action.do === "fallback";
}
