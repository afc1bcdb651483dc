import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { Conversation, ConversationTurn, TurnEnding } from "shared/store/stores.ts";
import type { OpenStores } from "./open_stores.ts";

const ENDINGS: readonly TurnEnding[] = [
  { do: "none" },
  { do: "transfer", to: "+15550000001" },
  { do: "hangup" },
  { do: "fallback" },
  {
    do: "collect",
    entry: { minDigits: 1, maxDigits: 4, terminator: "#", timeoutMs: 5_000, tool: "orders" },
  },
  {
    do: "collect",
    entry: { minDigits: 1, maxDigits: 1, terminator: null, timeoutMs: 500, tool: null },
  },
  { do: "take_note", thanks: "תודה." },
];

function aTurn(number: number, asked: string | null): ConversationTurn {
  return {
    turn: number,
    asked,
    pieces: ["We are open — תמיד.", "Until noon."],
    isWhole: number !== 1,
    piecesSent: 1,
    interrupted: number === 2,
    heard: number === 2 ? { piece: 1, word: 1 } : null,
    interruptible: true,
    then: ENDINGS[number - 1]!,
    spoken: { utterance: number, from: { piece: 1, word: 0 }, pieceEnds: [62, 110] },
    tools: number === 3 ? [{ name: "orders", ms: 31.5, outcome: "timeout" }] : [],
  };
}

function aConversation(call: string, ...turns: ConversationTurn[]): Conversation {
  return {
    ...{ call, businessId: "shop", leg: 1, epoch: 257, takenThroughSeq: -1, turns },
    ...{ notes: [], closed: false },
  };
}

export function conversationRules(opened: () => OpenStores): void {
  it("gives back the conversation put last, and calls do not mix", async () => {
    const { stores, second } = opened();
    const first = aConversation("CA1", aTurn(1, null));
    const grown = {
      ...aConversation("CA1", ...ENDINGS.map((_, i) => aTurn(i + 1, i % 3 === 1 ? "when?" : null))),
      takenThroughSeq: 250,
      notes: ["Please call דנה back."],
      closed: true,
    };
    await stores.conversations.put(first);
    await stores.conversations.put({ ...first, call: "CA2" });
    await stores.conversations.put(grown);
    assertEquals(await second.conversations.get("CA1"), grown);
    assertEquals((await second.conversations.get("CA2"))?.turns.length, 1);
    assertEquals(await second.conversations.get("CA3"), undefined);
  });

  it("keeps what a newer epoch has written, and lets the same and newer ones write", async () => {
    const { stores, second } = opened();
    const successors = { ...aConversation("CA1", aTurn(1, null)), epoch: 258 };
    await stores.conversations.put(aConversation("CA1"));
    await second.conversations.put({ ...successors, turns: [] });
    await second.conversations.put(successors);
    await stores.conversations.put(aConversation("CA1", aTurn(2, "late")));
    assertEquals(await stores.conversations.get("CA1"), successors);
    const tenth = { ...successors, epoch: 2_560 };
    await stores.conversations.put(tenth);
    await second.conversations.put({ ...successors, epoch: 999 });
    assertEquals(await second.conversations.get("CA1"), tenth);
  });

  it("deletes one call's, also twice", async () => {
    const { stores, second } = opened();
    for (const call of ["CA1", "CA2"]) await stores.conversations.put(aConversation(call));
    await second.conversations.delete("CA1");
    await second.conversations.delete("CA1");
    assertEquals(await stores.conversations.get("CA1"), undefined);
    assertEquals((await stores.conversations.get("CA2"))?.call, "CA2");
  });
}
