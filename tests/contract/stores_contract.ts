import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { type Business, business } from "shared/store/business.ts";
import type {
  CallRecord,
  Conversation,
  ConversationTurn,
  NextAction,
  Stores,
  TurnEnding,
} from "shared/store/stores.ts";

/** Two handles of the same stores, as two processes have them. For memory both may be the same. */
export interface OpenStores {
  readonly stores: Stores;
  readonly second: Stores;
  close(): Promise<void>;
}

/** Opens stores that are empty. */
export type OpenStoresFn = () => Promise<OpenStores>;

/** The rules of `Stores`, for any adapter: `name` is the adapter's class. */
export function storesContract(name: string, open: OpenStoresFn): void {
  const part = (store: keyof Stores, rules: (opened: () => OpenStores) => void) =>
    describe(`${name}.${store}`, () => {
      let opened: OpenStores;
      beforeEach(async () => void (opened = await open()));
      afterEach(() => opened.close());
      rules(() => opened);
    });
  part("businesses", businessRules);
  part("greetings", greetingRules);
  part("conversations", conversationRules);
  part("nextActions", nextActionRules);
  part("callRecords", callRecordRules);
  part("phrases", phraseRules);
}

function aBusiness(id: string, numbers: string[], name = "A shop — חנות"): Business {
  return business.parse({
    id,
    name,
    called_numbers: numbers,
    greeting: { text: "Hello." },
    not_understood: "Sorry?",
    questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
    keypad: { "1": { do: "answer", question: "hours" }, "*": { do: "say_again" } },
    goodbye: { phrasings: ["goodbye"], text: "Bye." },
    fallback: { do: "dial", number: "+15550000000" },
  });
}

function businessRules(opened: () => OpenStores): void {
  const [ONE, TWO, THREE] = ["+15550000001", "+15550000002", "+15550000003"] as const;

  it("finds a business by id and by each of its numbers", async () => {
    const { stores, second } = opened();
    const shop = aBusiness("shop", [ONE, TWO]);
    await stores.businesses.put(shop);
    assertEquals(await second.businesses.get("shop"), shop);
    assertEquals(await second.businesses.byNumber(ONE), shop);
    assertEquals(await second.businesses.byNumber(TWO), shop);
    assertEquals(await second.businesses.get("other"), undefined);
    assertEquals(await second.businesses.byNumber(THREE), undefined);
  });

  it("replaces a business, and forgets the numbers it no longer has", async () => {
    const { stores, second } = opened();
    await stores.businesses.put(aBusiness("shop", [ONE, TWO]));
    const changed = aBusiness("shop", [TWO, THREE], "Renamed");
    await second.businesses.put(changed);
    assertEquals(await stores.businesses.byNumber(ONE), undefined);
    assertEquals(await stores.businesses.byNumber(TWO), changed);
    assertEquals(await stores.businesses.byNumber(THREE), changed);
    assertEquals(await stores.businesses.list(), [changed]);
  });

  it("lets a number move to another business, whichever is put last", async () => {
    const { stores } = opened();
    await stores.businesses.put(aBusiness("old", [ONE, TWO]));
    await stores.businesses.put(aBusiness("new", [ONE]));
    await stores.businesses.put(aBusiness("old", [TWO]));
    assertEquals((await stores.businesses.byNumber(ONE))?.id, "new");
    assertEquals((await stores.businesses.byNumber(TWO))?.id, "old");
  });

  it("lists every business once", async () => {
    const { stores, second } = opened();
    assertEquals(await stores.businesses.list(), []);
    for (const id of ["b", "a", "c", "a"]) await stores.businesses.put(aBusiness(id, [ONE]));
    const ids = (await second.businesses.list()).map((each) => each.id);
    assertEquals(ids.sort(), ["a", "b", "c"]);
  });

  it("gives out copies", async () => {
    const { stores } = opened();
    const shop = aBusiness("shop", [ONE]);
    await stores.businesses.put(shop);
    shop.called_numbers.push(TWO);
    (await stores.businesses.get("shop"))!.name = "changed by a reader";
    assertEquals(await stores.businesses.get("shop"), aBusiness("shop", [ONE]));
  });
}

function greetingRules(opened: () => OpenStores): void {
  it("gives back the greeting put last, byte by byte", async () => {
    const { stores, second } = opened();
    const audio = Uint8Array.from({ length: 320 }, (_, i) => i & 0xff);
    const entry = { businessId: "shop", ttsHash: "h1", audio, updatedAt: "2026-01-01T00:00:00Z" };
    assertEquals(await stores.greetings.get("shop"), undefined);
    await stores.greetings.put({ ...entry, ttsHash: "h0", audio: new Uint8Array(160) });
    await stores.greetings.put(entry);
    assertEquals(await second.greetings.get("shop"), entry);
    assertEquals(await second.greetings.get("other"), undefined);
  });

  it("holds and gives out copies of the audio, a part of a larger buffer included", async () => {
    const { stores } = opened();
    const audio = new Uint8Array(480).fill(1).subarray(160, 320);
    const updatedAt = "2026-01-01T00:00:00Z";
    await stores.greetings.put({ businessId: "shop", ttsHash: "h", audio, updatedAt });
    audio.fill(2);
    const read = await stores.greetings.get("shop");
    assertEquals(read?.audio, new Uint8Array(160).fill(1));
    read?.audio.fill(3);
    assertEquals((await stores.greetings.get("shop"))?.audio, new Uint8Array(160).fill(1));
  });
}

const ENDINGS: readonly TurnEnding[] = [
  { do: "none" },
  { do: "transfer", to: "+15550000001" },
  { do: "hangup" },
  { do: "fallback" },
];

function aTurn(number: number, asked: string | null): ConversationTurn {
  return {
    turn: number,
    asked,
    told: "We are open — תמיד. Until noon.",
    sentencesSent: 1,
    interrupted: false,
    interruptible: true,
    then: ENDINGS[number - 1]!,
    spoken: { utterance: number, firstSentence: 0, sentenceEnds: [62, 110] },
  };
}

function aConversation(call: string, ...turns: ConversationTurn[]): Conversation {
  return { call, businessId: "shop", leg: 1, epoch: 257, takenThroughSeq: -1, turns };
}

function conversationRules(opened: () => OpenStores): void {
  it("gives back the conversation put last, and calls do not mix", async () => {
    const { stores, second } = opened();
    const first = aConversation("CA1", aTurn(1, null));
    const grown = {
      ...aConversation("CA1", aTurn(1, null), aTurn(2, "when?"), aTurn(3, "why?"), aTurn(4, null)),
      takenThroughSeq: 250,
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

function nextActionRules(opened: () => OpenStores): void {
  const actions: NextAction[] = [
    { do: "hangup" },
    { do: "dial", number: "+15550000001" },
    { do: "continue", leg: 1 },
    { do: "fallback", businessId: "shop" },
  ];

  for (const action of actions) {
    it(`gives back and deletes ${action.do}`, async () => {
      const { stores, second } = opened();
      assertEquals(await stores.nextActions.get("CA1"), undefined);
      await stores.nextActions.put("CA1", { do: "hangup" });
      await stores.nextActions.put("CA1", action);
      assertEquals(await second.nextActions.get("CA1"), action);
      await second.nextActions.delete("CA1");
      assertEquals(await stores.nextActions.get("CA1"), undefined);
    });
  }
}

function callRecordRules(opened: () => OpenStores): void {
  const started = (call: string, second: number): CallRecord => ({
    call,
    businessId: "shop",
    leg: 0,
    startedAt: `2026-01-01T00:00:0${second}.000Z`,
    endedAt: null,
    durationMs: null,
    endReason: null,
    framesIn: 0,
    framesOut: 0,
  });

  it("keeps one record per call, the newest call first however records change", async () => {
    const { stores, second } = opened();
    for (const [i, call] of ["CA1", "CA2", "CA3"].entries()) {
      await stores.callRecords.put(started(call, i));
    }
    const ended: CallRecord = {
      ...started("CA1", 0),
      endedAt: "2026-01-01T00:01:00.000Z",
      durationMs: 60_000,
      endReason: "hangup",
      framesIn: 3_000,
      framesOut: 2_000,
    };
    await second.callRecords.put(ended);
    const list = await stores.callRecords.list(10);
    assertEquals(list.map((record) => record.call), ["CA3", "CA2", "CA1"]);
    assertEquals(list[2], ended);
    assertEquals(await stores.callRecords.get("CA1"), ended);
    assertEquals(await stores.callRecords.get("CA9"), undefined);
  });

  it("ignores the record of an older leg, which comes late", async () => {
    const { stores, second } = opened();
    await stores.callRecords.put({ ...started("CA1", 5), leg: 1 });
    await second.callRecords.put({ ...started("CA1", 0), endReason: "late" });
    assertEquals((await stores.callRecords.get("CA1"))?.leg, 1);
    await second.callRecords.put({ ...started("CA1", 5), leg: 1, endReason: "hangup" });
    assertEquals((await stores.callRecords.get("CA1"))?.endReason, "hangup");
  });

  it("lists at most as many as asked for", async () => {
    const { stores } = opened();
    assertEquals(await stores.callRecords.list(5), []);
    for (const [i, call] of ["CA1", "CA2", "CA3"].entries()) {
      await stores.callRecords.put(started(call, i));
    }
    const calls = async (limit: number) =>
      (await stores.callRecords.list(limit)).map((record) => record.call);
    assertEquals(await calls(2), ["CA3", "CA2"]);
    assertEquals(await calls(0), []);
  });
}

function phraseRules(opened: () => OpenStores): void {
  const HASH = "ab".repeat(32);

  it("gives every byte of a phrase to all", async () => {
    const { stores, second } = opened();
    const audio = Uint8Array.from({ length: 256 }, (_, i) => i);
    await stores.phrases.put(HASH, audio);
    assertEquals(await second.phrases.get(HASH), audio);
  });

  it("knows nothing of a phrase that was not stored", async () => {
    assertEquals(await opened().stores.phrases.get(HASH), undefined);
  });

  it("keeps what was stored last", async () => {
    const { phrases } = opened().stores;
    await phrases.put(HASH, new Uint8Array([1]));
    await phrases.put(HASH, new Uint8Array([2, 3]));
    assertEquals(await phrases.get(HASH), new Uint8Array([2, 3]));
  });
}
