import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ConversationTurn } from "shared/store/stores.ts";
import { callTurns } from "./call_turns.ts";
import type { TurnTimes } from "./turn_book.ts";

function timed(turn: number, over: Partial<TurnTimes> = {}): TurnTimes {
  return {
    ...{ turn, askedFromMs: 10, askedToMs: 20, toldFromMs: 30, toldToMs: 40 },
    ...{ latency: null, bargeInMs: null, ...over },
  };
}

function said(turn: number, over: Partial<ConversationTurn> = {}): ConversationTurn {
  return {
    ...{ turn, asked: "When?", pieces: ["We are open.", "Come in."], isWhole: true },
    ...{ piecesSent: 2, interrupted: false, heard: null, interruptible: true },
    then: { do: "none" },
    spoken: { utterance: 1, from: { piece: 0, word: 0 }, pieceEnds: [10, 20] },
    tools: [],
    ...over,
  };
}

describe("callTurns()", () => {
  it("joins the edge's times with the dialog's words, as far as they were heard", () => {
    const tools = [{ name: "orders", ms: 12, outcome: "ok" as const }];
    const heard = { piece: 1, word: 1 };
    assertEquals(
      callTurns([timed(0), timed(1, { bargeInMs: 210 })], [
        said(0, { asked: null }),
        said(1, { interrupted: true, heard, tools }),
      ]),
      [
        {
          ...timed(0),
          ...{ asked: null, told: "We are open. Come in.", interrupted: false, tools: [] },
        },
        {
          ...timed(1, { bargeInMs: 210 }),
          ...{ asked: "When?", told: "We are open. Come", interrupted: true, tools },
        },
      ],
    );
  });

  it("keeps what only one of them knows, in the order of the turns", () => {
    const turns = callTurns([timed(3, { bargeInMs: 1 }), timed(2)], [said(1), said(2)]);
    assertEquals(
      turns.map(({ turn, told, interrupted, toldToMs }) => [
        ...[turn, told, interrupted],
        toldToMs,
      ]),
      [
        [1, "We are open. Come in.", false, null],
        [2, "We are open. Come in.", false, 40],
        [3, "", true, 40],
      ],
    );
  });
});
