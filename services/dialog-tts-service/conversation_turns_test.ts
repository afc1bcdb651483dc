import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { CallKit } from "./testing/call_kit.ts";

const GREETING_FRAMES = 80;
const HOURS_FRAMES = 100;
const ADDRESS_FRAMES = 30;
const GOODBYE_FRAMES = 40;

let kit: CallKit;

beforeEach(async () => {
  kit = await CallKit.start();
});

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

/** The turns as [asked, told, piecesSent, interrupted]. */
async function turns(): Promise<unknown[]> {
  const conversation = await kit.stores.conversations.get("CA1");
  return conversation!.turns.map((turn) =>
    [turn.asked, turn.pieces.join(" "), turn.piecesSent, turn.interrupted] as const
  );
}

const HOURS = "We open at nine. We close at five every day.";
const GREETED = [null, "Hello this is the shop. How are you?", 1, false];

describe("Conversation barge-in", () => {
  it("clears the answer at once, keeps how far it came, and answers the interruption", async () => {
    await kit.greeted();
    await kit.says("when do you open");
    await kit.clock.advance(1_200);
    const begun = await kit.interrupts();
    assertEquals(kit.applied("clear").map(({ through }) => through), [2]);
    const sent = kit.frames(2);
    await kit.clock.advance(600);
    kit.ends(begun, "where are you");
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(2), sent);
    assert(sent > 40 && sent < HOURS_FRAMES, `${sent} frames before the interruption`);
    assertEquals(kit.frames(3), ADDRESS_FRAMES);
    assertEquals(await turns(), [
      GREETED,
      ["when do you open", HOURS, 1, true],
      ["where are you", "Two Main Road.", 1, false],
    ]);
    assertEquals(await kit.metric("kav_dialog_barge_ins_total"), 1);
  });

  it("is none when the speech began before the answer's first frame was sent", async () => {
    await kit.greeted();
    const first = kit.begins();
    await kit.clock.advance(400);
    const second = kit.begins();
    kit.ends(first, "when do you open");
    await kit.clock.advance(100);
    assert(kit.frames(2) > 0, "the answer has begun");
    kit.sustains(second);
    kit.edge.speech({
      kind: "partial",
      speech: 2,
      text: "and",
      onset_ms: second.onsetMs,
      to_seq: 200,
    });
    await kit.clock.advance(300);
    assertEquals(kit.applied("clear"), []);
    kit.edge.speech({ kind: "speech_ended", speech: 2, last_voiced_ms: kit.edge.streamMs });
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(2), HOURS_FRAMES);
  });

  it("works when the first credits of the answer were lost", async () => {
    await kit.greeted();
    kit.edgeBus.drop = (subject) => subject.endsWith(".credit") && kit.frames(2) < 8;
    await kit.says("tell me the story");
    await kit.clock.advance(140);
    kit.sustains(kit.begins());
    await kit.clock.advance(0);
    assertEquals(kit.applied("clear"), []);
    await kit.clock.advance(100);
    assert(kit.frames(2) >= 8, "the next credit has come");
    assertEquals(kit.applied("clear").map(({ through }) => through), [2]);
  });
});

describe("Conversation keys", () => {
  it("are acted on at once: during the greeting, an answer, the refractory period", async () => {
    kit.edge.offer("shop");
    await kit.clock.advance(300);
    for (const [digit, utterance] of [["1", 2], ["2", 3], ["1", 4]] as const) {
      const pressedMs = kit.clock.now();
      kit.edge.press(digit);
      await kit.clock.advance(200);
      const waited = kit.beganMs(utterance)! - pressedMs;
      assert(waited <= 40, `${waited} ms from key to answer`);
    }
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(4), HOURS_FRAMES);
    assert(kit.frames(1) < GREETING_FRAMES);
    assertEquals(kit.applied("clear").map(({ through }) => through), [1, 2, 3]);
    assertEquals((await turns()).at(-1), ["key 1", HOURS, 2, false]);
    assertEquals(kit.applied("utterance_begin").at(-1)?.reply_to, undefined);
  });

  it("say the last answer again", async () => {
    await kit.greeted();
    kit.edge.press("1");
    await kit.clock.advance(3_000);
    kit.edge.press("4");
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(3), HOURS_FRAMES);
  });

  it("are each taken once, in order, when one is lost on the bus", async () => {
    await kit.greeted();
    kit.edgeBus.drop = (_, data) => {
      const isLost = new TextDecoder().decode(data).includes('"digit":"1"');
      if (isLost) kit.edgeBus.heal();
      return isLost;
    };
    kit.edge.press("1");
    kit.edge.press("2");
    await kit.clock.advance(3_000);
    assertEquals((await turns()).slice(1).map((turn) => (turn as unknown[])[0]), ["key 2"]);
    assertEquals(kit.synthesizer.requests.at(-1)?.text, "This is key two.");
    assertEquals(kit.edgeBus.dropped, 1);
  });
});

describe("Conversation end", () => {
  it("hangs up when the goodbye has played", async () => {
    await kit.greeted();
    await kit.says("that is all");
    await kit.clock.advance(2_000);
    const [hangup] = kit.applied("hangup");
    assertEquals(hangup?.reason, "goodbye");
    assertEquals(kit.edge.applied.at(-1)?.framesBefore, GREETING_FRAMES + GOODBYE_FRAMES);
    assertEquals(await kit.metric("kav_dialog_calls"), 0);
  });

  it("is not put off by what the caller says or presses over the goodbye", async () => {
    await kit.greeted();
    kit.edge.press("9");
    await kit.clock.advance(300);
    kit.sustains(kit.begins());
    kit.edge.press("1");
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(2), GOODBYE_FRAMES);
    assertEquals(kit.applied("hangup").length, 1);
    assertEquals(kit.applied("clear"), []);
  });

  it("connects the caller when the text before has played", async () => {
    await kit.greeted();
    await kit.says("talk to a person");
    await kit.clock.advance(2_000);
    const [transfer] = kit.applied("transfer");
    assertEquals(transfer?.to, "+15550100002");
    assertEquals(transfer?.after_seq, kit.edge.sent.at(-1)?.seq);
  });

  for (const atMs of [20, 300, 2_400, 3_300]) {
    it(`frees everything when the caller hangs up after ${atMs} ms`, async () => {
      const before = kit.clock.sleeping;
      kit.edge.offer("shop");
      kit.clock.advance(2_500).then(() => kit.says("tell me the story"));
      await kit.clock.advance(atMs);
      kit.edge.end();
      await kit.clock.advance(5_000);
      assertEquals(await kit.metric("kav_dialog_calls"), 0);
      const states = kit.synthesizer.requests.map(({ state }) => state);
      assert(!states.includes("speaking"), "no synthesis goes on");
      assertEquals(kit.clock.sleeping, before - 2, "less by the edge's two timers");
      assert(kit.log.some((line) => line.includes("leaves call")));
    });
  }
});
