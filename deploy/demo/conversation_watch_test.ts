import { sampleTurn } from "shared/testing/sample_turn.ts";
import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import type { Conversation, ConversationStore, ConversationTurn } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { ConversationWatch } from "./conversation_watch.ts";

class OneConversation implements ConversationStore {
  conversation: Conversation | undefined;
  get(): Promise<Conversation | undefined> {
    return Promise.resolve(this.conversation);
  }
  put(conversation: Conversation): Promise<void> {
    this.conversation = conversation;
    return Promise.resolve();
  }
  delete(): Promise<void> {
    return Promise.resolve();
  }
}

const turn = (number: number, told: string) => sampleTurn({ turn: number, pieces: [told] });

describe("ConversationWatch", () => {
  it("tells each turn once, when it appears, until it is stopped", async () => {
    const clock = new FakeClock();
    const store = new OneConversation();
    const told: string[] = [];
    const watch = new ConversationWatch({
      conversations: store,
      clock,
      callSid: "CA1",
      onTurn: ({ pieces }) => told.push(...pieces),
    });
    const put = (...turns: ConversationTurn[]) =>
      store.put({
        call: "CA1",
        businessId: "b",
        leg: 0,
        epoch: 0,
        takenThroughSeq: -1,
        turns,
        notes: [],
        closed: false,
      });
    await clock.advance(100);
    assertEquals(told, []);
    await put(turn(0, "Hello."));
    await clock.advance(100);
    await put({ ...turn(0, "Hello."), piecesSent: 1 }, turn(1, "One."), turn(2, "Two."));
    await clock.advance(100);
    assertEquals(told, ["Hello.", "One.", "Two."]);
    assertEquals(watch.turns.map(({ atMs }) => atMs), [150, 250, 250]);
    watch.stop();
    await put(turn(0, "Hello."), turn(1, "One."), turn(2, "Two."), turn(3, "Three."));
    await clock.advance(100);
    assertEquals(watch.turns.length, 3);
    assertEquals(clock.sleeping, 0);
  });
});
