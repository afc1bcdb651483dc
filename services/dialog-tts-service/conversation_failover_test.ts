import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { CallKit } from "./testing/call_kit.ts";

/** Frames of these texts, 10 a word. */
const HOURS_FRAMES = 100;
const HOURS_FIRST_PIECE_FRAMES = 40;
const ADDRESS_FRAMES = 30;
const STORY_PIECE_FRAMES = 50;

let kit: CallKit;

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("Conversation of a worker that had only hung", () => {
  /** The first worker neither hears nor is heard, and the second has the call. */
  async function hang(): Promise<void> {
    await kit.startWorker("dialog-2");
    kit.dialogBus.setConnected(false);
    void kit.edge.offerAgain("shop", { not: ["dialog-1"] });
    await kit.clock.advance(0);
  }

  beforeEach(async () => {
    // With one call the first worker is full, so that the offer goes to the second.
    kit = await CallKit.start({ settings: { dialogCapacity: 1 } });
  });

  it("writes nothing over what its successor has stored", async () => {
    await kit.asked("tell me the story", 1_500);
    const puts: number[] = [];
    const { put } = kit.stores.conversations;
    kit.stores.conversations.put = (conversation) => {
      puts.push(conversation.epoch);
      return put.call(kit.stores.conversations, conversation);
    };
    await hang();
    await kit.clock.advance(3_000);
    kit.edgeBus.drop = () => true;
    kit.dialogBus.setConnected(true);
    // What lay in its connection comes first: a credit from before.
    kit.bus.publish(
      "kav.call.CA1.credit",
      new TextEncoder().encode(JSON.stringify({
        epoch: 0,
        consumed_seq: 10_000,
        cleared_through: 0,
        cleared: [],
        queued: 0,
        paused: false,
        stream_ms: 1,
      })),
    );
    await kit.clock.advance(0);
    assertEquals(puts.at(-1), 0, "it does write");
    const stored = await kit.stores.conversations.get("CA1");
    assertEquals([stored?.epoch, stored?.turns[1]?.spoken.utterance], [1, 3]);
    kit.edgeBus.heal();
  });

  it("falls silent at once and for good when it hears of its successor", async () => {
    await kit.asked("tell me the story", 1_500);
    await hang();
    await kit.clock.advance(3_000);
    kit.dialogBus.setConnected(true);
    await kit.clock.advance(1_000);
    const left = kit.log.filter((line) => line.includes("leaves call"));
    assertEquals([left.length, left[0]?.includes("superseded")], [1, true]);
    await kit.clock.advance(60_000);
    const order = kit.edge.sent.map(({ utterance }) => utterance);
    assertEquals(order, order.toSorted((a, b) => a - b), "never two at once");
    assertEquals(kit.frames(3), 59 * STORY_PIECE_FRAMES);
    assertEquals((await kit.turns())[1]?.piecesSent, 60);
  });
});

describe("Conversation that hears of its successor", () => {
  it("writes nothing any more, not even what waited for the store", async () => {
    kit = await CallKit.start();
    await kit.asked("tell me the story", 500);
    const epochs: number[] = [];
    const writing = Promise.withResolvers<void>();
    kit.stores.conversations.put = ({ epoch }) => {
      epochs.push(epoch);
      return writing.promise;
    };
    await kit.clock.advance(900);
    kit.sustains(kit.begins());
    await kit.clock.advance(50);
    kit.edge.takeOver(1);
    writing.resolve();
    await kit.clock.advance(2_000);
    assertEquals(epochs, [0]);
  });
});

describe("Conversation with a recognizer's successor", () => {
  beforeEach(async () => {
    kit = await CallKit.start();
  });

  it("answers of an overlapping final what is new", async () => {
    await kit.asked("when do you open", 3_000);
    const now = Math.round(kit.edge.streamMs / 20);
    const taken = (await kit.stores.conversations.get("CA1"))!.takenThroughSeq;
    const range = { from_seq: taken - 10, to_seq: now, onset_ms: 0, last_voiced_ms: now * 20 };
    const text = "you open where are you";
    kit.edge.speech({ kind: "final", speech: 1, text, promoted: false, ...range }, 1);
    await kit.clock.advance(2_000);
    assertEquals([kit.frames(2), kit.frames(3)], [HOURS_FRAMES, ADDRESS_FRAMES]);
    assertEquals((await kit.turns()).at(-1)?.asked, "where are you");
  });

  it("does not answer anew what it hears again", async () => {
    await kit.asked("when do you open", 1_000);
    assert(kit.frames(2) > HOURS_FIRST_PIECE_FRAMES, "it answers");
    const taken = (await kit.stores.conversations.get("CA1"))!.takenThroughSeq;
    const range = { from_seq: taken - 20, to_seq: taken + 2, onset_ms: 0, last_voiced_ms: 0 };
    kit.edge.speech({ kind: "final", speech: 1, text: "you open", promoted: false, ...range }, 1);
    await kit.clock.advance(5_000);
    assertEquals([kit.frames(2), kit.frames(3)], [HOURS_FRAMES, 0]);
    assertEquals(kit.applied("clear"), []);
  });
});
