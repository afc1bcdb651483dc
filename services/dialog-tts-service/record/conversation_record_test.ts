import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { Conversation, ConversationTurn } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { type BegunTurn, ConversationRecord } from "./conversation_record.ts";

const turn = (number: number, change: Partial<BegunTurn> = {}): BegunTurn => ({
  turn: number,
  asked: number === 0 ? null : "hours",
  told: "At nine. At five.",
  interruptible: true,
  then: { do: "none" },
  spoken: { utterance: number + 1, firstSentence: 0, sentenceEnds: [] },
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
      () => record.progress(1, { sentenceEnds: [50] }),
      () => record.progress(1, { sentencesSent: 1 }),
      () => record.progress(1, { sentenceEnds: [50, 90] }),
      () => record.progress(1, { interrupted: true }),
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
        { ...turn(0), sentencesSent: 0, interrupted: false },
        {
          ...turn(1, { then: { do: "hangup" }, interruptible: false }),
          spoken: { utterance: 2, firstSentence: 0, sentenceEnds: [50, 90] },
          sentencesSent: 1,
          interrupted: true,
        },
      ],
    });
    assertEquals(puts[1]?.turns[1]?.sentencesSent, 0, "what was put before stays as it was");
    assertEquals(puts[0]?.takenThroughSeq, -1);
  });

  it("does not put what is no news", async () => {
    record.begin(turn(1), 10);
    await settle();
    record.progress(1, { sentencesSent: 0 });
    record.progress(1, { sentenceEnds: [] });
    record.progress(2, { sentencesSent: 1 });
    record.resume(2, { utterance: 7, firstSentence: 0, sentenceEnds: [] });
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
    for (let sent = 1; sent <= 50; sent++) record.progress(1, { sentencesSent: sent });
    await settle();
    assertEquals([puts.length, last()?.sentencesSent], [1, 0]);
    writes[0]!.resolve();
    await settle();
    assertEquals([puts.length, last()?.sentencesSent], [2, 50]);
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
    record.progress(1, { sentencesSent: 1 });
    await settle();
    assertEquals(errors.map(String), ["Error: away", "Error: broken"]);
    assertEquals(record.turns[0]?.sentencesSent, 1);
  });

  it("writes what is newest after a write that has not ended within 1 s", async () => {
    put = () => new Promise(() => {});
    record.begin(turn(1), 10);
    record.progress(1, { sentencesSent: 1 });
    await clock.advance(999);
    assertEquals([puts.length, errors], [1, []]);
    put = () => Promise.resolve();
    await clock.advance(1);
    assertEquals([puts.length, errors, last()?.sentencesSent], [2, ["slow"], 1]);
  });

  it("goes on with what a predecessor has stored, which it puts at once", async () => {
    const before = { ...turn(3), sentencesSent: 1, interrupted: false };
    record.takeOver([before], 90);
    await settle();
    assertEquals([puts.length, puts[0]?.epoch, puts[0]?.takenThroughSeq], [1, 257, 90]);
    record.resume(3, { utterance: 8, firstSentence: 1, sentenceEnds: [40] });
    record.begin(turn(4), 80);
    await settle();
    assertEquals(puts.at(-1)?.turns.map((each) => [each.turn, each.sentencesSent, each.spoken]), [
      [3, 1, { utterance: 8, firstSentence: 1, sentenceEnds: [40] }],
      [4, 0, { utterance: 5, firstSentence: 0, sentenceEnds: [] }],
    ]);
    assertEquals(puts.at(-1)?.takenThroughSeq, 90, "it never goes back");
  });

  it("keeps a turn that begins anew once", async () => {
    record.takeOver([{ ...turn(0), sentencesSent: 0, interrupted: false }], -1);
    record.begin(turn(0, { told: "Hello." }), -1);
    await settle();
    assertEquals(puts.at(-1)?.turns.map(({ told }) => told), ["Hello."]);
  });

  it("writes nothing any more when it is stopped, not even what waits", async () => {
    const write = Promise.withResolvers<void>();
    put = () => write.promise;
    record.begin(turn(1), 10);
    record.progress(1, { sentencesSent: 1 });
    record.stop();
    write.resolve();
    await settle();
    record.progress(1, { sentencesSent: 2 });
    await settle();
    assertEquals(puts.length, 1);
  });
});
