import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { encodeJson } from "shared/bus/codec.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { CallKit } from "./testing/call_kit.ts";

const GREETING_FRAMES = 80;
const HOURS_FRAMES = 100;
const ADDRESS_FRAMES = 30;

let kit: CallKit;

beforeEach(async () => {
  kit = await CallKit.start();
});

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

/** Loses the first `times` messages to the edge whose text has `what`. */
function lose(what: string, times = 1): void {
  kit.dialogBus.drop = (_, data) => new TextDecoder().decode(data).includes(what) && times-- > 0;
}

/** Another question is answered as ever. */
async function assertGoesOn(utterance: number): Promise<void> {
  await kit.says("where are you");
  await kit.clock.advance(2_500);
  assertEquals(kit.frames(utterance), ADDRESS_FRAMES);
}

describe("Conversation with losses", () => {
  for (const kind of ["utterance_begin", "mark", "utterance_end"]) {
    it(`goes on when a ${kind} is lost`, async () => {
      lose(kind, 2);
      await kit.greeted();
      await kit.says("when do you open");
      await kit.clock.advance(3_500);
      assertEquals([kit.frames(1), kit.frames(2)], [GREETING_FRAMES, HOURS_FRAMES]);
      assertEquals(kit.dialogBus.dropped, 2);
      for (const utterance of [1, 2]) {
        const kinds = kit.edge.applied.map(({ request }) => request)
          .filter((request) => "utterance" in request && request.utterance === utterance)
          .map((request) => request.kind);
        assertEquals(kinds.toSorted(), ["mark", "utterance_begin", "utterance_end"]);
      }
      await assertGoesOn(3);
    });
  }

  it("goes on when a clear is lost, which arrives with its repetition", async () => {
    await kit.greeted();
    await kit.says("tell me the story");
    await kit.clock.advance(1_500);
    lose('"clear"');
    const begun = kit.begins();
    kit.sustains(begun);
    await kit.clock.advance(190);
    assertEquals(kit.applied("clear"), []);
    await kit.clock.advance(50);
    assertEquals(kit.applied("clear").length, 1);
    kit.ends(begun, "when do you open");
    await kit.clock.advance(3_000);
    assertEquals(kit.frames(3), HOURS_FRAMES);
  });

  it("goes on when no mark ever comes back", async () => {
    kit.edgeBus.drop = (_, data) => new TextDecoder().decode(data).includes("mark_played");
    await kit.greeted();
    await kit.clock.advance(1_000);
    await kit.says("when do you open");
    await kit.clock.advance(3_500);
    assertEquals(kit.frames(2), HOURS_FRAMES);
    await assertGoesOn(3);
  });

  it("answers what was said over the greeting though its mark is lost", async () => {
    kit.edgeBus.drop = (_, data) => new TextDecoder().decode(data).includes("mark_played");
    kit.edge.offer("shop");
    await kit.clock.advance(500);
    await kit.says("where are you");
    await kit.clock.advance(3_500);
    assertEquals(kit.frames(2), ADDRESS_FRAMES);
  });

  it("plays an answer to its end when fifteen audio messages are lost", async () => {
    await kit.greeted();
    let skipped = 20;
    let lost = 15;
    kit.dialogBus.drop = (subject) => subject.endsWith(".tx.audio") && skipped-- <= 0 && lost-- > 0;
    await kit.says("tell me the story");
    await kit.clock.advance(66_000);
    assertEquals(kit.dialogBus.dropped, 15);
    assertEquals(kit.frames(2), 3_000 - kit.edge.lost);
    assert(kit.edge.lost >= 15, `${kit.edge.lost} frames lost`);
    assertEquals(kit.applied("mark").map(({ utterance }) => utterance), [1, 2]);
    await assertGoesOn(3);
  });

  it("goes on after every message was lost both ways for 3 s", async () => {
    await kit.greeted();
    await kit.says("tell me the story");
    await kit.clock.advance(2_000);
    kit.dialogBus.drop = kit.edgeBus.drop = () => true;
    await kit.clock.advance(3_000);
    kit.dialogBus.heal();
    kit.edgeBus.heal();
    await kit.clock.advance(64_000);
    assertEquals(kit.frames(2) + kit.edge.lost, 3_000);
    await assertGoesOn(3);
  });

  it("goes on after the bus was away for 15 s", async () => {
    await kit.greeted();
    await kit.says("tell me the story");
    await kit.clock.advance(2_000);
    kit.dialogBus.setConnected(false);
    await kit.clock.advance(15_000);
    kit.dialogBus.setConnected(true);
    await kit.clock.advance(62_000);
    assertEquals(kit.frames(2), 3_000);
    await assertGoesOn(3);
  });

  it("holds its window at an edge that sends nothing any more", async () => {
    await kit.greeted();
    await kit.says("tell me the story");
    await kit.clock.advance(1_000);
    kit.edge.sending = false;
    await kit.clock.advance(20_000);
    assertEquals(kit.edge.maxQueued, 9);
    kit.edge.sending = true;
    await kit.clock.advance(60_000);
    assertEquals(kit.frames(2), 3_000);
  });

  it("counts bad messages, logs them at most once in 2 s, and goes on", async () => {
    await kit.greeted();
    for (const channel of ["rx.event", "speech", "credit"] as const) {
      const subject = callSubject("CA1", channel);
      kit.bus.publish(subject, new Uint8Array([0xff]));
      kit.bus.publish(subject, encodeJson({ kind: "strange" }));
      await kit.clock.advance(0);
      assertEquals(await kit.metric(`kav_bus_bad_messages_total{subject="${channel}"}`), 2);
      assertEquals(kit.log.filter((line) => line.includes(`subject=${channel}`)).length, 1);
    }
    await assertGoesOn(2);
  });

  it("does not listen to a recognizer that has a successor", async () => {
    await kit.greeted();
    const heard = { kind: "partial", text: "um", onset_ms: 0, to_seq: 0 } as const;
    kit.edge.speech({ ...heard, speech: 1 }, 1);
    await kit.says("when do you open");
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(2), 0);
  });

  it("goes on when the store is away, and counts it", async () => {
    kit.stores.conversations.put = () => Promise.reject(new Error("away"));
    await kit.greeted();
    await assertGoesOn(2);
    assert(await kit.metric("kav_dialog_store_errors_total") > 0);
  });
});

describe("Conversation leaves", () => {
  const calls = () => kit.metric("kav_dialog_calls");

  it("when a newer worker has the call", async () => {
    await kit.greeted();
    kit.edge.takeOver(1);
    await kit.clock.advance(0);
    assertEquals(await calls(), 0);
  });

  it("when all it hears of its successor is the credit given to it", async () => {
    await kit.greeted();
    kit.edgeBus.drop = (subject) => !subject.endsWith(".credit");
    kit.edge.takeOver(1);
    await kit.clock.advance(0);
    assertEquals(await calls(), 0);
  });

  it("when all it hears of its successor is the refusal of its own request", async () => {
    await kit.greeted();
    kit.edgeBus.drop = (subject) => !subject.endsWith(".speech");
    kit.edge.takeOver(1);
    await kit.clock.advance(3_000);
    assertEquals(await calls(), 1);
    await kit.says("where are you");
    await kit.clock.advance(0);
    assertEquals(await calls(), 0);
  });

  it("when nothing comes from the edge for 10 s, but not while the bus is away", async () => {
    await kit.greeted();
    kit.edge.vanish();
    kit.dialogBus.setConnected(false);
    await kit.clock.advance(30_000);
    assertEquals(await calls(), 1);
    kit.dialogBus.setConnected(true);
    await kit.clock.advance(9_000);
    assertEquals(await calls(), 1);
    await kit.clock.advance(2_000);
    assertEquals(await calls(), 0);
    assert(kit.log.some((line) => line.includes("reason=edge_silent")));
  });
});
