import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { splitSentences } from "shared/speech/sentences.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import { speechByte } from "shared/testing/scripted_synthesizer.ts";
import { CallKit, type CallKitOptions } from "./testing/call_kit.ts";

/** Frames of these texts, 10 a word. */
const GREETING_FRAMES = 80;
const HOURS_FRAMES = 100;
const ADDRESS_FRAMES = 30;
const STORY_PIECE_FRAMES = 50;
const GOODBYE_FRAMES = 40;
const START = { piece: 0, word: 0 };

let kit: CallKit;

async function start(options?: CallKitOptions): Promise<void> {
  kit = await CallKit.start(options);
}

beforeEach(() => start());

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("Conversation resumed", () => {
  it("goes on with the piece that was not wholly sent, in the same turn", async () => {
    await kit.asked("tell me the story", 1_500);
    const before = kit.frames(2);
    assert(before > STORY_PIECE_FRAMES && before < 2 * STORY_PIECE_FRAMES, `${before}`);
    const rendered = kit.synthesizer.requests.length;
    await kit.kill();
    await kit.clock.advance(60_000);
    // What the second worker renders at its start comes first.
    const story = kit.synthesizer.requests.findIndex(({ text }, i) =>
      i >= rendered && text.startsWith("One two")
    );
    const resumed = kit.edge.sent.filter(({ utterance }) => utterance === 3);
    assertEquals(resumed.length, 59 * STORY_PIECE_FRAMES);
    assertEquals(
      resumed.slice(0, 2 * STORY_PIECE_FRAMES).map(({ byte }) => byte),
      [0, 1].flatMap((i) => Array(STORY_PIECE_FRAMES).fill(speechByte(story + i))),
    );
    assertEquals(resumed.map(({ seq }) => seq), resumed.map((_, i) => resumed[0]!.seq + i));
    const begin = kit.applied("utterance_begin").at(-1);
    assertEquals([begin?.utterance, begin?.turn, begin?.role], [3, 1, "reply"]);
    assertEquals(begin?.reply_to, undefined);
    assertEquals(kit.applied("mark").at(-1)?.name, "end");
    const [, told, ...more] = await kit.turns();
    assertEquals([told?.asked, told?.piecesSent, more], ["tell me the story", 60, []]);
    assertEquals([told?.spoken.utterance, told?.spoken.from], [3, { piece: 1, word: 0 }]);
  });

  it("keeps, while it goes on, how far the pieces are made and sent", async () => {
    await kit.asked("tell me the story", 1_500);
    await kit.kill();
    await kit.clock.advance(1_500);
    const [, told] = await kit.turns();
    assertEquals(told?.piecesSent, 2);
    assertEquals(told?.spoken.pieceEnds.slice(0, 2), [50, 100]);
  });

  it("goes on a second time", async () => {
    await kit.asked("tell me the story", 1_500);
    await kit.kill();
    await kit.clock.advance(1_500);
    await kit.kill();
    await kit.clock.advance(60_000);
    const begins = kit.applied("utterance_begin").map(({ utterance, turn }) => [utterance, turn]);
    assertEquals(begins, [[1, 0], [2, 1], [3, 1], [4, 1]]);
    assertEquals(kit.frames(4), 58 * STORY_PIECE_FRAMES);
  });

  it("speaks nothing when everything was sent, and says the last answer again when asked", async () => {
    await kit.asked("when do you open", 3_000);
    await kit.kill();
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(3), 0);
    await kit.says("say that again");
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(3), HOURS_FRAMES);
    assertEquals((await kit.turns()).map(({ turn, asked }) => [turn, asked]), [
      [0, null],
      [1, "when do you open"],
      [2, "say that again"],
    ]);
  });

  it("answers once what the predecessor was thinking about", async () => {
    await kit.greeted();
    kit.synthesizer.synthesize = ((synthesize) =>
      async function* (request, signal) {
        if (request.text.startsWith("Two")) {
          await kit.clock.sleepUntil(kit.clock.now() + 500, signal);
        }
        yield* synthesize.call(kit.synthesizer, request, signal);
      })(kit.synthesizer.synthesize);
    await kit.says("where are you");
    await kit.clock.advance(100);
    await kit.kill();
    await kit.clock.advance(4_000);
    const begins = kit.applied("utterance_begin").map(({ turn, reply_to }) => [turn, reply_to]);
    assertEquals(begins, [[0, undefined], [1, { epoch: 0, speech: 1 }]]);
    assertEquals(kit.edge.sent.length, GREETING_FRAMES + ADDRESS_FRAMES);
    assertEquals((await kit.turns()).map(({ asked }) => asked), [null, "where are you"]);
  });

  it("answers in place of the rest what its predecessor had not even heard", async () => {
    await kit.asked("tell me the story", 1_500);
    kit.dialogBus.setConnected(false);
    await kit.says("where are you");
    await kit.kill();
    await kit.clock.advance(3_000);
    assertEquals(kit.edge.sent.at(-1)?.utterance, 3);
    assertEquals(kit.frames(3), ADDRESS_FRAMES);
    assertEquals((await kit.turns()).map(({ asked, interrupted }) => [asked, interrupted]), [
      [null, false],
      ["tell me the story", true],
      ["where are you", false],
    ]);
  });

  it("greets anew when the greeting was cut off, and answers what was asked over it", async () => {
    kit.edge.offer("shop");
    await kit.clock.advance(500);
    await kit.says("where are you", 300);
    await kit.kill();
    await kit.clock.advance(5_000);
    assertEquals([kit.frames(2), kit.frames(3)], [GREETING_FRAMES, ADDRESS_FRAMES]);
    assertEquals(kit.applied("mark").map(({ name }) => name), ["greeting_end", "end"]);
    assertEquals((await kit.turns()).map(({ turn }) => turn), [0, 1]);
  });

  it("has time for the greeting though the conversation was read late", async () => {
    kit.edge.offer("shop");
    await kit.clock.advance(500);
    kit.slowRead(kit.stores.conversations, 200);
    kit.slowRead(kit.stores.greetings, 20);
    await kit.kill();
    await kit.clock.advance(5_000);
    assertEquals(kit.frames(2), GREETING_FRAMES);
  });

  it("goes on with the second piece of a greeting, with its mark", async () => {
    const spoken = { utterance: 1, from: START, pieceEnds: [50, 80] };
    const pieces = splitSentences(SAMPLE_BUSINESS.greeting.text);
    const greeting = { turn: 0, asked: null, pieces, isWhole: true, spoken };
    await kit.stores.conversations.put({
      call: "CA1",
      businessId: "shop",
      leg: 0,
      epoch: 0,
      takenThroughSeq: -1,
      turns: [{
        ...greeting,
        piecesSent: 0,
        interrupted: false,
        heard: null,
        interruptible: false,
        then: { do: "none" },
        tools: [],
      }],
      notes: [],
      closed: false,
    });
    const utterances = [{ utterance: 1, sent: 70, heard: 70 }];
    kit.edge.offer("shop", { epoch: 1, next_utterance: 2, utterances });
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(2), 30);
    const [begin] = kit.applied("utterance_begin");
    assertEquals([begin?.role, begin?.turn, begin?.interruptible], ["greeting", 0, false]);
    assertEquals(begin?.greeting_source, undefined);
    assertEquals(kit.applied("mark")[0]?.name, "greeting_end");
    assertEquals((await kit.turns())[0]?.piecesSent, 2);
  });

  it("leaves what was stored of the predecessor's utterance until its own has begun", async () => {
    await kit.asked("when do you open", 1_200);
    assert(kit.frames(2) > 40, "in its second piece");
    kit.edgeBus.drop = (subject) => subject.endsWith(".credit");
    await kit.kill();
    await kit.clock.advance(150);
    const before = { utterance: 2, from: START, pieceEnds: [40, 100] };
    assertEquals((await kit.turns())[1]?.spoken, before);
    kit.edgeBus.heal();
    await kit.clock.advance(3_000);
    const after = { utterance: 3, from: { piece: 1, word: 0 }, pieceEnds: [60] };
    assertEquals((await kit.turns())[1]?.spoken, after);
    assertEquals(kit.frames(3), 60);
  });

  it("greets as a first worker when the one before it died before its first frame", async () => {
    void kit.edge.offer("shop");
    await kit.kill({ epoch: 1, next_utterance: 1 });
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(1), GREETING_FRAMES);
  });

  it("speaks the rest of the goodbye, and then hangs up", async () => {
    const goodbye = {
      phrasings: ["goodbye"],
      text: "Thank you for calling. Bye bye now my friend.",
    };
    assertEquals(await kit.stop(), 0);
    await start({ business: sampleBusiness({ goodbye }) });
    await kit.asked("goodbye", 1_000);
    assertEquals(kit.applied("hangup").length, 0);
    await kit.kill();
    await kit.says("where are you");
    kit.edge.press("1");
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(3), 50);
    assertEquals(kit.applied("hangup").length, 1);
    assertEquals(kit.applied("utterance_begin").map(({ turn }) => turn), [0, 1, 1]);
  });

  it("hangs up when the goodbye was sent and its hangup was not", async () => {
    kit.dialogBus.drop = (_, data) => new TextDecoder().decode(data).includes("hangup");
    await kit.asked("goodbye", 2_000);
    assertEquals([kit.frames(2), kit.applied("hangup").length], [GOODBYE_FRAMES, 0]);
    await kit.kill();
    await kit.clock.advance(1_000);
    assertEquals([kit.frames(3), kit.applied("hangup").length], [0, 1]);
  });

  it("goes on in the next leg by what the predecessor had stored", async () => {
    await kit.asked("tell me the story", 2_500);
    await kit.kill({
      leg: 1,
      epoch: 256,
      next_utterance: 1,
      next_seq: 0,
      utterances: [],
      heard: [],
    });
    await kit.clock.advance(1_000);
    const { leg, epoch, takenThroughSeq } = (await kit.stores.conversations.get("CA1"))!;
    assertEquals([leg, epoch, takenThroughSeq], [1, 256, -1]);
    const [, told] = await kit.turns();
    assertEquals([told?.spoken.utterance, told?.spoken.from], [1, { piece: 2, word: 0 }]);
  });

  it("is not interrupted by speech from before its first sent frame, heard again", async () => {
    await kit.asked("tell me the story", 1_500);
    const onsetMs = kit.edge.streamMs - 100;
    await kit.kill();
    await kit.clock.advance(500);
    assert(kit.frames(3) > 10, "it goes on");
    const seq = Math.round(onsetMs / 20);
    kit.edge.speech({ kind: "speech_started", speech: 1, onset_ms: onsetMs, seq }, 1);
    kit.edge.speech({ kind: "speech_sustained", speech: 1, onset_ms: onsetMs }, 1);
    kit.edge.speech({ kind: "partial", speech: 1, text: "you", onset_ms: onsetMs, to_seq: seq }, 1);
    await kit.clock.advance(2_000);
    assertEquals(kit.applied("clear"), []);
    await kit.says("where are you");
    await kit.clock.advance(0);
  });
});
