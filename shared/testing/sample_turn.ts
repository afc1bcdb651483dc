import type { ConversationTurn } from "shared/store/stores.ts";

/** A turn that was told whole, but for what a test wants otherwise. */
export function sampleTurn(change: Partial<ConversationTurn> = {}): ConversationTurn {
  const { turn = 1, pieces = ["Yes."] } = change;
  return {
    turn,
    asked: null,
    pieces,
    isWhole: true,
    piecesSent: 0,
    interrupted: false,
    heard: null,
    interruptible: true,
    then: { do: "none" },
    spoken: { utterance: turn + 1, from: { piece: 0, word: 0 }, pieceEnds: [] },
    tools: [],
    ...change,
  };
}
