/** What the turn machine keeps of the moment. */
import type { TurnEnding } from "shared/store/stores.ts";
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
  /** What is answered; empty for a key. */
  readonly heard: readonly Heard[];
}

export interface Speaking {
  readonly utterance: number;
  /** 0 = the greeting. */
  readonly turn: number;
  readonly interruptible: boolean;
  readonly action: TurnEnding;
  /** What it answers; empty for a greeting, a key, or what a predecessor has begun. */
  readonly heard: readonly Heard[];
  /** Whether further speech is answered together with it, or in place of what is left of it. */
  readonly answersSpeech: boolean;
  /** What a predecessor has left of its turn. */
  readonly isRest: boolean;
  /** Its first frame has gone to the bus. */
  begun: boolean;
  /** Stream time since which the edge sends it. */
  sinceMs: number | undefined;
  endsByMs: number | undefined;
}

/** An utterance as it is opened. */
export type Opening = Omit<Speaking, "utterance" | "begun" | "sinceMs" | "endsByMs">;
