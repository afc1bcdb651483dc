import { heardTextOf } from "shared/store/heard_text.ts";
import type { ConversationTurn } from "shared/store/stores.ts";

/** What the dialog's record says of a turn. */
export interface RecordedTurn {
  readonly asked: string | null;
  readonly told: string;
  readonly interrupted: boolean;
}

export function recordedTurn(turn: ConversationTurn): RecordedTurn {
  return { asked: turn.asked, told: heardTextOf(turn), interrupted: turn.interrupted };
}
