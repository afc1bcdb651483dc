import { heardTextOf } from "shared/store/heard_text.ts";
import type { ConversationTurn } from "shared/store/stores.ts";

/** A turn as callers know it. */
export type ToldTurn = ConversationTurn & {
  /** What was heard of it; all that is written, unless it was interrupted. */
  readonly told: string;
};

export function toldTurn(turn: ConversationTurn): ToldTurn {
  return { ...turn, told: heardTextOf(turn) };
}
