import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { Conversation, ConversationTurn } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { type BegunTurn, ConversationRecord } from "./conversation_record.ts";

const NONE = { do: "none" } as const;
const START = { piece: 0, word: 0 };
const NEW = { piecesSent: 0, interrupted: false, heard: null, tools: [] };

const turn = (number: number, change: Partial<BegunTurn> = {}): BegunTurn => ({
  turn: number,
  asked: number === 0 ? null : "hours",
  pieces: ["At nine.", "At five."],
  isWhole: true,
  interruptible: true,
  then: NONE,
  spoken: { utterance: number + 1, from: START, pieceEnds: [] },
  ...change,
});

describe("ConversationRecord", () => {
  let clock: FakeClock;
  let puts: Conversation[];
  let errors: unknown[];
  let put: (conversation: Conversation) => Promise<void>;
  let record: ConversationRecord;
  const last = (): ConversationTurn | undefined => puts.at(-1)?.turns.at(-1);

  beforeEach(() => {
    clock = new FakeClock();
    puts = [];
    errors = [];
    put = () => Promise.resolve();
    record = new ConversationRecord({
      call: "CA1",
      businessId: "shop",
      leg: 1,
      epoch: 257,
      store: {
        put: (conversation) => {
          puts.push(conversation);
          return put(conversation);
        },
        get: () => Promise.resolve(undefined),
        delete: () => Promise.resolve(),
      },
      clock,
      onStoreError: (error) => errors.push(error),
    });
  });

  afterEach(async () => {
    await clock.advance(1_000);
    assertEquals(clock.sleeping, 0, "no timer stays behind");
  });

  it("puts the whole conversation whenever a turn begins or gets further", async () => {
    const steps = [
      () => record.begin(turn(0), -1),
      () => record.begin(turn(1, { then: { do: "hangup" }, interruptible: false }), 140),
      () => record.progress(1, { pieceEnds: [50] }),
      () => record.progress(1, { piecesSent: 1 }),
      () => record.progress(1, { pieceEnds: [50, 90] }),
      () => record.progress(1, { interrupted: true }),
      () => record.progress(1, { interrupted: true, heard: { piece: 1, word: 1 } }),
    ];
    for (const step of steps) {
      step();
      await settle();
    }
    assertEquals(puts.length, steps.length);
    assertEquals(puts.at(-1), {
      call: "CA1",
      businessId: "shop",
      leg: 1,
      epoch: 257,
      takenThroughSeq: 140,
      turns: [
        { ...turn(0), ...NEW },
        {
          ...turn(1, { then: { do: "hangup" }, interruptible: false }),
          spoken: { utterance: 2, from: START, pieceEnds: [50, 90] },
          piecesSent: 1,
          interrupted: true,
          heard: { piece: 1, word: 1 },
          tools: [],
        },
      ],
      notes: [],
      closed: false,
    });
    assertEquals(puts[1]?.turns[1]?.piecesSent, 0, "what was put before stays as it was");
    assertEquals(puts[0]?.takenThroughSeq, -1);
  });

  it("does not put what is no news", async () => {
    record.begin(turn(1), 10);
    await settle();
    record.progress(1, { piecesSent: 0 });
    record.progress(1, { pieceEnds: [] });
    record.progress(2, { piecesSent: 1 });
    record.resume(2, { utterance: 7, from: START, pieceEnds: [] });
    await settle();
    assertEquals(puts.length, 1);
  });

  it("has one write under way at most, and then writes what is newest", async () => {
    const writes: PromiseWithResolvers<void>[] = [];
    put = () => {
      writes.push(Promise.withResolvers());
      return writes.at(-1)!.promise;
    };
    record.begin(turn(1), 10);
    for (let sent = 1; sent <= 50; sent++) record.progress(1, { piecesSent: sent });
    await settle();
    assertEquals([puts.length, last()?.piecesSent], [1, 0]);
    writes[0]!.resolve();
    await settle();
    assertEquals([puts.length, last()?.piecesSent], [2, 50]);
    writes[1]!.resolve();
    await settle();
    assertEquals([puts.length, errors.length], [2, 0]);
  });

  it("goes on when the store rejects or throws", async () => {
    put = () => Promise.reject(new Error("away"));
    record.begin(turn(1), 10);
    await settle();
    put = () => {
      throw new Error("broken");
    };
    record.progress(1, { piecesSent: 1 });
    await settle();
    assertEquals(errors.map(String), ["Error: away", "Error: broken"]);
    assertEquals(record.turns[0]?.piecesSent, 1);
  });

  it("writes what is newest after a write that has not ended within 1 s", async () => {
    put = () => new Promise(() => {});
    record.begin(turn(1), 10);
    record.progress(1, { piecesSent: 1 });
    await clock.advance(999);
    assertEquals([puts.length, errors], [1, []]);
    put = () => Promise.resolve();
    await clock.advance(1);
    assertEquals([puts.length, errors, last()?.piecesSent], [2, ["slow"], 1]);
  });

  it("goes on with what a predecessor has stored, which it puts at once", async () => {
    const before = { ...turn(3), ...NEW, piecesSent: 1 };
    record.takeOver({ turns: [before], notes: ["Call me."] }, 90);
    await settle();
    assertEquals([puts.length, puts[0]?.epoch, puts[0]?.takenThroughSeq], [1, 257, 90]);
    record.resume(3, { utterance: 8, from: { piece: 1, word: 2 }, pieceEnds: [40] });
    record.begin(turn(4), 80);
    await settle();
    assertEquals(puts.at(-1)?.turns.map((each) => [each.turn, each.piecesSent, each.spoken]), [
      [3, 1, { utterance: 8, from: { piece: 1, word: 2 }, pieceEnds: [40] }],
      [4, 0, { utterance: 5, from: START, pieceEnds: [] }],
    ]);
    assertEquals(puts.at(-1)?.notes, ["Call me."]);
    assertEquals(puts.at(-1)?.takenThroughSeq, 90, "it never goes back");
  });

  it("keeps a turn that begins anew once", async () => {
    record.takeOver({ turns: [{ ...turn(0), ...NEW }], notes: [] }, -1);
    record.begin(turn(0, { pieces: ["Hello."] }), -1);
    await settle();
    assertEquals(puts.at(-1)?.turns.map(({ pieces }) => pieces), [["Hello."]]);
  });

  it("keeps a text as it is written, and what follows it once that is known", async () => {
    record.begin(turn(1, { pieces: ["At nine."], isWhole: false }), 10);
    record.progress(1, { pieces: ["At nine.", "At five."] });
    await settle();
    assertEquals([last()?.pieces.length, last()?.isWhole, last()?.then], [2, false, NONE]);
    const then = { do: "transfer", to: "+15550100002" } as const;
    record.progress(1, { isWhole: true, then });
    await settle();
    assertEquals([last()?.pieces.length, last()?.isWhole, last()?.then], [2, true, then]);
  });

  it("takes an interruption back when the rest is spoken", async () => {
    record.begin(turn(1), 10);
    record.progress(1, { piecesSent: 1, interrupted: true, heard: { piece: 1, word: 1 } });
    const spoken = { utterance: 3, from: { piece: 1, word: 1 }, pieceEnds: [] };
    record.resume(1, spoken);
    await settle();
    const { interrupted, heard, piecesSent } = last()!;
    assertEquals([interrupted, heard, piecesSent, last()?.spoken], [false, null, 1, spoken]);
  });

  it("writes nothing any more when it is stopped, not even what waits", async () => {
    const write = Promise.withResolvers<void>();
    put = () => write.promise;
    record.begin(turn(1), 10);
    record.progress(1, { piecesSent: 1 });
    record.stop();
    write.resolve();
    await settle();
    record.progress(1, { piecesSent: 2 });
    await settle();
    assertEquals(puts.length, 1);
  });

  it("is closed at the end of the call, with what was heard last", async () => {
    const write = Promise.withResolvers<void>();
    put = () => write.promise;
    record.begin(turn(1), 10);
    record.progress(1, { interrupted: true, heard: { piece: 0, word: 1 } });
    record.close();
    write.resolve();
    await settle();
    assertEquals(puts.map(({ closed }) => closed), [false, true]);
    assertEquals(last()?.heard, { piece: 0, word: 1 });
  });
});
