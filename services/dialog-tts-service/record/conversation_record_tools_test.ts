import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Conversation, ToolUse } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { ConversationRecord } from "./conversation_record.ts";

const use = (name: string): ToolUse => ({ name, ms: 20, outcome: "ok" });

describe("ConversationRecord", () => {
  let record: ConversationRecord;
  let stored: Conversation | undefined;

  /** The names of the tools used, by turn. */
  async function used(): Promise<(number | string)[][]> {
    await settle();
    return stored!.turns.map(({ turn, tools }) => [turn, ...tools.map(({ name }) => name)]);
  }

  function begin(turn: number): void {
    record.begin({
      turn,
      asked: "hours",
      pieces: ["At nine."],
      isWhole: true,
      interruptible: true,
      then: { do: "none" },
      spoken: { utterance: turn + 1, from: { piece: 0, word: 0 }, pieceEnds: [] },
    }, -1);
  }

  beforeEach(() => {
    stored = undefined;
    record = new ConversationRecord({
      ...{ call: "CA1", businessId: "shop", leg: 0, epoch: 0, clock: new FakeClock() },
      store: {
        put: (conversation) => {
          stored = conversation;
          return Promise.resolve();
        },
        get: () => Promise.resolve(undefined),
        delete: () => Promise.resolve(),
      },
      onStoreError: () => {},
    });
    begin(0);
  });

  describe("useTool()", () => {
    it("keeps tools with the turn that comes of the thought that used them", async () => {
      record.thought();
      record.useTool(use("lookup"));
      record.useTool({ name: "book", ms: 4_000, outcome: "timeout" });
      assertEquals(await used(), [[0]]);
      begin(1);
      record.thought();
      begin(2);
      assertEquals(await used(), [[0], [1, "lookup", "book"], [2]]);
      const turn = stored!.turns[1]!;
      assertEquals(turn.tools[1], { name: "book", ms: 4_000, outcome: "timeout" });
    });

    it("keeps what is used while its turn is already spoken", async () => {
      record.thought();
      record.useTool(use("lookup"));
      begin(1);
      record.useTool(use("book"));
      assertEquals(await used(), [[0], [1, "lookup", "book"]]);
    });

    it("keeps what an abandoned thought has used with the turn that then begins", async () => {
      record.thought();
      record.useTool({ name: "lookup", ms: 10, outcome: "abandoned" });
      record.thought();
      record.useTool(use("book"));
      begin(1);
      assertEquals(await used(), [[0], [1, "lookup", "book"]]);
    });

    it("keeps the last twenty of a turn", async () => {
      record.thought();
      for (let i = 0; i < 15; i++) record.useTool(use(`before${i}`));
      begin(1);
      for (let i = 0; i < 10; i++) record.useTool(use(`after${i}`));
      const [, tools] = await used();
      assertEquals([tools?.length, tools?.[1], tools?.at(-1)], [21, "before5", "after9"]);
    });
  });

  describe("note()", () => {
    it("keeps what is taken down while its turn is spoken, in order, at once", async () => {
      record.note("Call me.");
      await settle();
      assertEquals(stored?.notes, ["Call me."]);
      record.note("Before noon.");
      await settle();
      assertEquals(stored?.notes, ["Call me.", "Before noon."]);
    });

    it("keeps what a thought takes down when its turn begins", async () => {
      record.thought();
      record.note("Call me.");
      await settle();
      assertEquals(stored?.notes, []);
      begin(1);
      await settle();
      assertEquals(stored?.notes, ["Call me."]);
    });

    it("forgets what a thought took down that is thought anew", async () => {
      record.thought();
      record.note("Call me.");
      record.thought();
      record.note("Call me. Before noon.");
      begin(1);
      await settle();
      assertEquals(stored?.notes, ["Call me. Before noon."]);
    });

    it("keeps what was taken down when the call ends before its turn begins", async () => {
      record.thought();
      record.note("Call me.");
      record.close();
      await settle();
      assertEquals([stored?.notes, stored?.closed], [["Call me."], true]);
    });

    it("keeps twenty notes of 2,000 characters, and no more", async () => {
      record.note("x".repeat(3_000));
      for (let i = 1; i < 25; i++) record.note(`${i}`);
      await settle();
      assertEquals([stored?.notes.length, stored?.notes[0]?.length], [20, 2_000]);
      assertEquals(stored?.notes.at(-1), "19");
    });
  });
});
