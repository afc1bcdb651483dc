import { heardTextOf } from "shared/store/heard_text.ts";
import type { CallTurn, ConversationTurn } from "shared/store/stores.ts";
import type { TurnTimes } from "./turn_book.ts";

type Words = Pick<CallTurn, "asked" | "told" | "interrupted" | "tools">;

/** Times of the edge and words of the dialog as one, by the turn's number. What only one of them knows is kept. */
export function callTurns(
  times: readonly TurnTimes[],
  conversation: readonly ConversationTurn[],
): CallTurn[] {
  const turns = new Map<number, CallTurn>();
  for (const timed of times) turns.set(timed.turn, { ...unsaid(timed), ...timed });
  for (const said of conversation) {
    turns.set(said.turn, { ...untimed(said.turn), ...turns.get(said.turn), ...wordsOf(said) });
  }
  return [...turns.values()].toSorted((a, b) => a.turn - b.turn);
}

function wordsOf(turn: ConversationTurn): Words {
  const { asked, interrupted, tools } = turn;
  return { asked, told: heardTextOf(turn), interrupted, tools };
}

function unsaid({ bargeInMs }: TurnTimes): Words {
  return { asked: null, told: "", interrupted: bargeInMs !== null, tools: [] };
}

function untimed(turn: number): TurnTimes {
  return {
    ...{ turn, askedFromMs: null, askedToMs: null, toldFromMs: null, toldToMs: null },
    ...{ latency: null, bargeInMs: null },
  };
}
