import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { heardTextOf } from "shared/store/heard_text.ts";
import type { ConversationTurn } from "shared/store/stores.ts";
import type { Dialog, DialogReply, DialogRequest } from "./dialog/dialog.ts";
import { ReplyText } from "./dialog/reply_text.ts";
import { CallKit } from "./testing/call_kit.ts";
import { wordsSent } from "./testing/words_sent.ts";

/** A dialog whose replies the test writes. */
class Writer implements Dialog {
  readonly asked: { readonly request: DialogRequest; readonly signal: AbortSignal }[] = [];
  text = new ReplyText();
  #ready = Promise.withResolvers<void>();

  async reply(request: DialogRequest, signal: AbortSignal): Promise<DialogReply> {
    this.asked.push({ request, signal });
    const text = this.text = new ReplyText();
    await this.#ready.promise;
    this.#ready = Promise.withResolvers();
    return { text, interruptible: true, understood: true, question: null };
  }

  /** Writes a piece: with the first the reply is there. */
  writes(text: string): void {
    this.text.add({ text });
    this.#ready.resolve();
  }
}

describe("Conversation with a reply that is being written", () => {
  let writer: Writer;
  let kit: CallKit;

  async function told(): Promise<ConversationTurn> {
    return (await kit.turns()).at(-1)!;
  }

  function said(...utterances: number[]): string {
    const frames = kit.edge.sent.filter(({ utterance }) => utterances.includes(utterance));
    return wordsSent(frames, kit.synthesizer.requests).join(" ");
  }

  beforeEach(async () => {
    writer = new Writer();
    kit = await CallKit.start({ dialog: writer });
    await kit.asked("what do you sell", 300);
  });

  afterEach(async () => {
    assertEquals(await kit.stop(), 0, "nothing stays behind");
  });

  it("speaks the first piece while nothing else is written, and then the next without a gap", async () => {
    assertEquals(kit.frames(2), 0);
    writer.writes("We sell apples.");
    await kit.clock.advance(300);
    assert(kit.frames(2) > 10, `${kit.frames(2)} frames`);
    writer.writes("And pears.");
    writer.text.end();
    await kit.clock.advance(1_500);
    assertEquals(said(2), "We sell apples. And pears.");
    const frames = kit.edge.sent.filter(({ utterance }) => utterance === 2);
    assertEquals(frames.at(-1)!.atMs - frames[0]!.atMs, 49 * 20);
    assertEquals(kit.applied("mark").at(-1)?.utterance, 2);
  });

  it("goes on, after a pause, with what is written late", async () => {
    writer.writes("We sell apples.");
    await kit.clock.advance(2_000);
    assertEquals([kit.frames(2), kit.applied("utterance_end").length], [30, 1]);
    writer.writes("And pears.");
    writer.text.end();
    await kit.clock.advance(1_000);
    assertEquals(said(2), "We sell apples. And pears.");
    assertEquals(kit.applied("utterance_end").length, 2);
  });

  it("is recorded piece by piece: what is written, made and sent", async () => {
    const stored: unknown[] = [];
    const store = async () => {
      await kit.clock.advance(0);
      const { pieces, isWhole, piecesSent, spoken, then } = await told();
      stored.push([pieces.length, isWhole, spoken.pieceEnds, piecesSent, then.do]);
    };
    writer.writes("We sell apples.");
    await store();
    await kit.clock.advance(800);
    await store();
    writer.writes("And pears.");
    await store();
    writer.text.end({ do: "take_note", thanks: "Thank you." });
    await store();
    await kit.clock.advance(1_000);
    await store();
    assertEquals(stored, [
      [1, false, [30], 0, "none"],
      [1, false, [30], 1, "none"],
      [2, false, [30, 50], 1, "none"],
      [2, true, [30, 50], 1, "take_note"],
      [2, true, [30, 50], 2, "take_note"],
    ]);
  });

  it("leads, behind its last word, to what is only known at its end", async () => {
    writer.writes("Good bye.");
    await kit.clock.advance(2_000);
    assertEquals(kit.applied("hangup"), []);
    writer.writes("Come again.");
    writer.text.end({ do: "hangup" });
    await kit.clock.advance(1_000);
    assertEquals([said(2), kit.applied("hangup").length], ["Good bye. Come again.", 1]);
    assertEquals(kit.edge.applied.at(-1)?.framesBefore, kit.edge.sent.length);
  });

  it("says nothing where the reply ends without a piece", async () => {
    writer.writes("");
    writer.text.end();
    await kit.clock.advance(1_000);
    assertEquals([kit.frames(2), kit.edge.applied.length], [0, 3]);
  });

  describe("that is interrupted", () => {
    beforeEach(async () => {
      writer.writes("We sell apples.");
      writer.writes("And all kinds of pears.");
      await kit.clock.advance(900);
    });

    it("is not written any further, nor recorded", async () => {
      const { signal } = writer.asked[0]!;
      assertEquals(signal.aborted, false);
      kit.sustains(kit.begins());
      await kit.clock.advance(0);
      assertEquals(signal.aborted, true);
      writer.writes("Too late.");
      writer.text.end({ do: "hangup" });
      await kit.clock.advance(500);
      const { pieces, isWhole, interrupted, then } = await told();
      assertEquals([pieces.length, isWhole, interrupted, then.do], [2, false, true, "none"]);
      assertEquals([kit.applied("hangup").length, kit.frames(3)], [0, 0]);
    });

    it("tells the dialog, of the answer it has not ended, exactly what was heard", async () => {
      await kit.says("where are you");
      const { request: { input, turns } } = writer.asked[1]!;
      assertEquals(input, { kind: "speech", text: "where are you" });
      assertEquals(turns.map(heardTextOf), ["Hello this is the shop. How are you?", said(2)]);
      assertEquals(said(2).startsWith("We sell apples. And all"), true);
    });

    it("waits for the edge to tell what was heard, but no longer than 250 ms", async () => {
      const begun = kit.begins();
      await kit.clock.advance(300);
      kit.edgeBus.drop = (subject) => subject.endsWith(".credit");
      kit.ends(begun, "where are you");
      await kit.clock.advance(240);
      assertEquals(writer.asked.length, 1);
      await kit.clock.advance(20);
      assertEquals(writer.asked.length, 2);
      const last = writer.asked[1]!.request.turns.at(-1)!;
      assertEquals([last.interrupted, last.heard], [true, null]);
      assertEquals(heardTextOf(last), "We sell apples.");
      kit.edgeBus.heal();
      await kit.clock.advance(1_000);
      assertEquals(heardTextOf((await kit.turns())[1]!), said(2));
    });

    it("goes on with what was written of it, when no words come, and has the rest written", async () => {
      const begun = kit.begins();
      kit.sustains(begun);
      await kit.clock.advance(100);
      kit.ends(begun, null);
      await kit.clock.advance(3_000);
      assertEquals(said(2, 3), "We sell apples. And all kinds of pears.");
      const { input, turns } = writer.asked.at(-1)!.request;
      assertEquals(input, { kind: "go_on" });
      assertEquals(heardTextOf(turns.at(-1)!), "We sell apples. And all kinds of pears.");
    });
  });

  it("is taken back, unheard and unrecorded, when the caller says more before it is there", async () => {
    await kit.says("and how much is it", 100);
    assertEquals(writer.asked.map(({ signal }) => signal.aborted), [true, false]);
    const { input } = writer.asked[1]!.request;
    assertEquals(input, { kind: "speech", text: "what do you sell and how much is it" });
    writer.writes("Two euros.");
    writer.text.end();
    await kit.clock.advance(1_000);
    assertEquals((await kit.turns()).map(({ asked }) => asked), [
      null,
      "what do you sell and how much is it",
    ]);
  });

  it("is not written any further when the caller hangs up, and leaves nothing behind", async () => {
    writer.writes("We sell apples.");
    await kit.clock.advance(250);
    kit.edge.end();
    await kit.clock.advance(0);
    assertEquals(writer.asked[0]!.signal.aborted, true);
    const conversation = await kit.stores.conversations.get("CA1");
    assertEquals(conversation?.closed, true);
    assertEquals(heardTextOf(conversation!.turns[1]!), said(2));
  });
});
