/** Where a successor goes on. */
import { EPOCHS_PER_LEG, type Offer } from "shared/bus/messages.ts";
import type { Conversation, ConversationTurn } from "shared/store/stores.ts";
import { resultOf } from "../turn/heard_speech.ts";
import type { CallResumed, Rest } from "../turn/turn_events.ts";

/** What a successor takes over. */
export interface Resumption {
  readonly turns: readonly ConversationTurn[];
  readonly notes: readonly string[];
  readonly event: CallResumed;
}

/** Whether somebody may have talked to this caller before. */
export function isSuccessor({ leg, epoch, next_utterance }: Offer): boolean {
  return leg > 0 || epoch > leg * EPOCHS_PER_LEG || next_utterance > 1;
}

/** Whether the caller may have heard us before. */
export function mayBeHeard({ leg, utterances }: Offer): boolean {
  return leg > 0 || utterances.some(({ sent }) => sent > 0);
}

/**
 * Where to go on.
 *
 * @param found undefined where nothing is stored, or the store does not tell in time.
 * @param greetingInterruptible as of the business.
 */
export function resumptionOf(
  found: Conversation | undefined,
  offer: Offer,
  greetingInterruptible: boolean,
): Resumption {
  const last = found?.turns.at(-1);
  if (!found || !last) {
    const emergency = mayBeHeard(offer);
    return {
      turns: [],
      notes: [],
      event: {
        kind: "call_resumed",
        turn: 0,
        rest: { do: "greet", interruptible: greetingInterruptible, emergency },
        takenThroughSeq: isAnswerPossible(offer) ? lastHeardSeq(offer) : -1,
        heard: offer.heard.map(resultOf),
      },
    };
  }
  return {
    turns: found.turns,
    notes: found.notes,
    event: {
      kind: "call_resumed",
      turn: last.turn,
      rest: restOf(last, found.leg === offer.leg ? offer : undefined),
      takenThroughSeq: found.leg === offer.leg ? found.takenThroughSeq : -1,
      heard: offer.heard.map(resultOf),
    },
  };
}

/** Where nothing is known: with more than the greeting spoken, what was heard may be answered already. */
function isAnswerPossible({ utterances }: Offer): boolean {
  return utterances.filter(({ sent }) => sent > 0).length > 1;
}

function lastHeardSeq({ heard }: Offer): number {
  return Math.max(-1, ...heard.map(({ to_seq }) => to_seq));
}

/** @param sameLeg the offer, where it counts the same utterances as the turn. */
function restOf(last: ConversationTurn, sameLeg: Offer | undefined): Rest {
  const { turn, interruptible, then, interrupted, pieces, isWhole, spoken: { utterance } } = last;
  const firstPiece = piecesSent(last, sameLeg);
  const isSpoken = firstPiece >= pieces.length;
  if (then.do === "fallback") {
    return isSpoken ? { do: "nothing", then, isWhole } : { do: "apologise" };
  }
  const isOver = interrupted ||
    sameLeg?.utterances.some((each) => each.utterance > utterance && each.sent > 0);
  if (isOver) return { do: "nothing", then: { do: "none" }, isWhole: true };
  if (isSpoken) return { do: "nothing", then, isWhole };
  if (turn === 0 && firstPiece === 0) return { do: "greet", interruptible, emergency: false };
  return { do: "speak", from: { piece: firstPiece, word: 0 }, interruptible, then, isWhole };
}

/** Of the whole text. The edge knows frames that its dialog could not hear of any more. */
function piecesSent(
  { spoken: { utterance, from, pieceEnds }, piecesSent }: ConversationTurn,
  sameLeg: Offer | undefined,
): number {
  const frames = sameLeg?.utterances.find((each) => each.utterance === utterance)?.sent ?? 0;
  const next = pieceEnds.findIndex((end) => end > frames);
  const ended = next < 0 ? pieceEnds.length : next;
  return Math.max(piecesSent, frames > 0 ? from.piece + ended : 0);
}
