import { assert, assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { CallKit, type CallKitOptions } from "./testing/call_kit.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";

/** Frames of these texts, 10 a word. */
const GREETING_FRAMES = 80;
const HOURS_FRAMES = 100;
const ADDRESS_FRAMES = 30;
const NOT_UNDERSTOOD_FRAMES = 40;

let kit: CallKit;

async function start(options?: CallKitOptions): Promise<void> {
  kit = await CallKit.start(options);
}

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("Conversation greeting", () => {
  it("goes out within 100 ms of the offer, in order, with its mark", async () => {
    await start();
    kit.edge.offer("shop");
    await kit.clock.advance(100);
    assertEquals(kit.edge.sent[0]?.seq, 0);
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(1), GREETING_FRAMES);
    assertEquals(
      kit.edge.applied.map(({ request, framesBefore }) => [request.kind, framesBefore]),
      [["utterance_begin", 0], ["mark", GREETING_FRAMES], ["utterance_end", GREETING_FRAMES]],
    );
    const [begin] = kit.applied("utterance_begin");
    assertEquals(begin?.role, "greeting");
    assertEquals([begin?.utterance, begin?.turn, begin?.interruptible], [1, 0, false]);
    assertEquals(begin?.greeting_source, "memory");
    assertEquals(kit.applied("mark")[0]?.name, "greeting_end");
    assertEquals(await kit.stores.conversations.get("CA1"), {
      call: "CA1",
      businessId: "shop",
      leg: 0,
      epoch: 0,
      takenThroughSeq: -1,
      turns: [{
        turn: 0,
        asked: null,
        pieces: ["Hello this is the shop. How are you?"],
        isWhole: true,
        piecesSent: 1,
        interrupted: false,
        heard: null,
        interruptible: false,
        then: { do: "none" },
        spoken: {
          utterance: 1,
          from: { piece: 0, word: 0 },
          pieceEnds: [GREETING_FRAMES],
        },
        tools: [],
      }],
      notes: [],
      closed: false,
    });
  });

  it("is the emergency greeting within 100 ms when the store hangs", async () => {
    await start({
      stores: (stores) => ({
        ...stores,
        greetings: { ...stores.greetings, get: () => new Promise(() => {}) },
      }),
    });
    kit.edge.offer("shop");
    await kit.clock.advance(100);
    assert(kit.edge.sent.length > 0, "it has begun");
    await kit.clock.advance(2_500);
    assertEquals(kit.applied("mark")[0]?.name, "greeting_end");
    assertEquals(kit.applied("utterance_begin")[0]?.greeting_source, "emergency");
    assertEquals(await kit.metric('kav_greeting_misses_total{reason="slow"}'), 1);
  });

  /** After an offer, when the business takes 40 ms to be read: first frame, and where it was found. */
  async function begun(): Promise<readonly unknown[]> {
    kit.slowRead(kit.stores.businesses, 40);
    const firstMs: number[] = [];
    kit.bus.subscribe("kav.call.CA1.tx.audio", () => firstMs.push(kit.clock.now()));
    const offeredMs = kit.clock.now();
    kit.edge.offer("shop");
    await kit.clock.advance(200);
    return [firstMs[0]! - offeredMs, kit.applied("utterance_begin")[0]?.greeting_source];
  }

  it("is the emergency greeting at 60 ms when the business was slow and the greeting hangs", async () => {
    await start();
    kit.stores.greetings.get = () => new Promise(() => {});
    assertEquals(await begun(), [60, "emergency"]);
  });

  it("is the business's own when both are slow but there within 60 ms together", async () => {
    await start();
    kit.slowRead(kit.stores.greetings, 19);
    assertEquals(await begun(), [59, "memory"]);
  });

  it("numbers frames and utterances from where the offer says", async () => {
    await start();
    kit.edge.takeOver(0);
    await kit.greeted({ epoch: 1, next_seq: 0, next_utterance: 4 });
    assertEquals(kit.frames(4), GREETING_FRAMES);
  });

  it("is not cut short by keys pressed before the call was taken over", async () => {
    await start();
    for (const digit of ["1", "2", "3"]) kit.edge.press(digit);
    await kit.greeted({ epoch: 1, next_utterance: 4 });
    assertEquals(kit.frames(4), GREETING_FRAMES);
    assertEquals([kit.applied("clear").length, kit.edge.syncs], [0, 0]);
  });

  it("is not interrupted by speech, which is answered afterwards", async () => {
    await start();
    kit.edge.offer("shop");
    await kit.clock.advance(300);
    await kit.says("where are you");
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(1), GREETING_FRAMES);
    assertEquals(kit.frames(2), ADDRESS_FRAMES);
  });

  it("is interrupted by speech where the business allows it", async () => {
    const greeting = { text: "Hello this is the shop. How are you?", interruptible: true };
    await start({ business: sampleBusiness({ greeting }) });
    kit.edge.offer("shop");
    await kit.clock.advance(300);
    await kit.says("where are you");
    await kit.clock.advance(3_000);
    assert(kit.frames(1) <= 26, `${kit.frames(1)} frames of the greeting`);
    assertEquals(kit.frames(2), ADDRESS_FRAMES);
  });
});

describe("Conversation answers", () => {
  it("answer a question and tell what they answer and how long it took", async () => {
    await start({ speech: {} });
    await kit.greeted();
    await kit.says("when do you open");
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(2), HOURS_FRAMES);
    const [, begin] = kit.applied("utterance_begin");
    assertEquals(begin, {
      kind: "utterance_begin",
      epoch: 0,
      control_seq: 4,
      after_seq: GREETING_FRAMES - 1,
      utterance: 2,
      role: "reply",
      turn: 1,
      interruptible: true,
      reply_to: { epoch: 0, speech: 1 },
      llm_ms: 0,
      tts_ms: 0,
    });
    assertEquals(await kit.metric("kav_dialog_turns_total"), 1);
  });

  it("tell the time that the synthesizer took", async () => {
    await start();
    await kit.greeted();
    const { synthesize } = kit.synthesizer;
    kit.synthesizer.synthesize = async function* (request, signal) {
      await kit.clock.sleepUntil(kit.clock.now() + 70);
      yield* synthesize.call(this, request, signal);
    };
    await kit.says("where are you");
    await kit.clock.advance(2_000);
    assertEquals(kit.applied("utterance_begin")[1]?.tts_ms, 70);
  });

  it("ask again for what was not understood or rejected", async () => {
    await start();
    await kit.greeted();
    await kit.says("do you sell bicycles");
    await kit.clock.advance(2_000);
    await kit.says(null);
    await kit.clock.advance(2_000);
    assertEquals([kit.frames(2), kit.frames(3)], [NOT_UNDERSTOOD_FRAMES, NOT_UNDERSTOOD_FRAMES]);
    assertEquals(kit.applied("utterance_begin").map(({ role }) => role).slice(1), [
      "prompt",
      "prompt",
    ]);
    assertEquals(await kit.metric("kav_dialog_not_understood_total"), 2);
  });

  it("join what is said while a reply is prepared", async () => {
    await start();
    await kit.greeted();
    const { synthesize } = kit.synthesizer;
    kit.synthesizer.synthesize = async function* (request, signal) {
      await kit.clock.sleepUntil(kit.clock.now() + 300);
      yield* synthesize.call(this, request, signal);
    };
    await kit.says("where are you");
    await kit.says("when do you open", 200);
    await kit.clock.advance(5_000);
    const turns = (await kit.stores.conversations.get("CA1"))!.turns;
    assertEquals(turns.slice(1).map(({ turn, asked }) => [turn, asked]), [
      [1, "where are you when do you open"],
    ]);
    assertEquals(kit.applied("clear"), []);
    assertEquals(kit.frames(3), ADDRESS_FRAMES + HOURS_FRAMES);
  });

  it("begin no sooner after another than the refractory period", async () => {
    await start();
    await kit.greeted();
    await kit.says("where are you");
    await kit.clock.advance(700);
    await kit.says("when do", 100);
    await kit.says("you open", 100);
    await kit.clock.advance(3_000);
    const gap = kit.beganMs(3)! - kit.beganMs(2)!;
    assert(gap >= 1_080 && gap <= 1_140, `${gap} ms between two replies`);
    const turns = (await kit.stores.conversations.get("CA1"))!.turns;
    assertEquals(turns[2]?.asked, "when do you open");
  });

  it("read 60 s of text, the synthesizer held back by the backlog", async () => {
    await start();
    await kit.greeted();
    await kit.says("tell me the story");
    await kit.clock.advance(61_500);
    assertEquals(kit.frames(2), 3_000);
    const frames = kit.edge.sent.filter(({ utterance }) => utterance === 2);
    assertEquals(frames.at(-1)!.atMs - frames[0]!.atMs, 2_999 * 20);
    assert(kit.edge.maxQueued <= 9, `q=${kit.edge.maxQueued}`);
    assertEquals((await kit.stores.conversations.get("CA1"))!.turns[1]?.piecesSent, 60);
    assert(await kit.metric("kav_tts_stalls_total") > 0);
  });
});
