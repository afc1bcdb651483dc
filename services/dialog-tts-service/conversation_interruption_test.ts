import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { heardTextOf } from "shared/store/heard_text.ts";
import type { ConversationTurn } from "shared/store/stores.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { CallKit, type CallKitOptions } from "./testing/call_kit.ts";
import { wordsSent } from "./testing/words_sent.ts";

/** Ten words, of 10 frames each. */
const HOURS = "We open at nine. We close at five every day.";
const HOURS_WORDS = HOURS.split(" ");
const ADDRESS_FRAMES = 30;
const GREETING = { text: "Hello this is the shop. How are you?", interruptible: true };

let kit: CallKit;

async function start(options?: CallKitOptions): Promise<void> {
  kit = await CallKit.start(options);
}

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

/** The words that the frames of these utterances hold wholly. */
function said(...utterances: number[]): string {
  const frames = kit.edge.sent.filter(({ utterance }) => utterances.includes(utterance));
  return wordsSent(frames, kit.synthesizer.requests).join(" ");
}

async function turn(number: number): Promise<ConversationTurn> {
  return (await kit.turns()).find((each) => each.turn === number)!;
}

/** The opening hours are asked for, and so many ms of the answer go by. */
async function answered(ms: number): Promise<void> {
  await kit.asked("when do you open", ms);
}

describe("Conversation interrupted", () => {
  beforeEach(() => start());

  for (const ms of [60, 210, 240, 500, 820, 840, 1_000, 1_400, 1_590, 1_970]) {
    it(`has told exactly the words inside the frames sent, at ${ms} ms`, async () => {
      await answered(ms);
      kit.sustains(kit.begins());
      await kit.clock.advance(0);
      const told = await turn(1);
      assertEquals([told.interrupted, told.pieces.join(" ")], [true, HOURS]);
      assertEquals(heardTextOf(told), said(2));
      const words = Math.floor(kit.frames(2) / 10);
      assertEquals(heardTextOf(told), HOURS_WORDS.slice(0, words).join(" "));
    });
  }

  it("silences the edge within the turn of its clock, and tells since when the caller speaks", async () => {
    await answered(1_000);
    const { onsetMs } = await kit.interrupts();
    const sent = kit.frames(2);
    assertEquals(
      kit.applied("clear").map(({ through, because, onset_ms }) => [
        through,
        because,
        onset_ms,
      ]),
      [[2, "barge_in", onsetMs]],
    );
    await kit.clock.advance(1_000);
    assertEquals(kit.frames(2), sent);
    assertEquals(await kit.metric("kav_dialog_barge_ins_total"), 1);
  });

  it("has not told what was sent and not yet played", async () => {
    kit.edge.unplayed = 3;
    await answered(1_020);
    await kit.interrupts();
    assert(kit.frames(2) % 10 < 3, `${kit.frames(2)} frames sent`);
    const words = Math.floor(kit.frames(2) / 10) - 1;
    assertEquals(heardTextOf(await turn(1)), HOURS_WORDS.slice(0, words).join(" "));
  });

  it("answers what the caller then says, with the history as it was heard", async () => {
    await answered(1_000);
    const begun = await kit.interrupts();
    await kit.clock.advance(500);
    kit.ends(begun, "where are you");
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(3), ADDRESS_FRAMES);
    assertEquals((await kit.turns()).map((each) => [each.asked, heardTextOf(each)]), [
      [null, GREETING.text],
      ["when do you open", said(2)],
      ["where are you", "Two Main Road."],
    ]);
  });

  it("does not let the caller wait where nothing of an answer was sent before a key", async () => {
    await answered(1_000);
    for (const digit of ["2", "1"]) {
      kit.edge.press(digit);
      await kit.clock.advance(0);
    }
    const pressedMs = kit.clock.now();
    await kit.clock.advance(1_000);
    const begunMs = kit.beganMs(kit.edge.sent.at(-1)!.utterance)!;
    assert(begunMs - pressedMs <= 40, `${begunMs - pressedMs} ms`);
  });

  it("keeps what was heard before a key too", async () => {
    await answered(1_000);
    kit.edge.press("2");
    await kit.clock.advance(1_500);
    const told = await turn(1);
    assertEquals([told.interrupted, heardTextOf(told)], [true, said(2)]);
    assertEquals(kit.applied("clear").map(({ because }) => because), ["key"]);
  });
});

describe("Conversation interrupted without words", () => {
  beforeEach(() => start());

  for (const ms of [60, 390, 600, 1_000, 1_500]) {
    it(`goes on 2 s later with the word that was cut, ${ms + 200} ms of an answer`, async () => {
      await answered(ms);
      const begun = await kit.interrupts();
      kit.edge.speech({
        kind: "speech_ended",
        speech: begun.speech,
        last_voiced_ms: kit.edge.streamMs,
      });
      await kit.clock.advance(1_990);
      assertEquals(kit.frames(3), 0);
      await kit.clock.advance(3_000);
      assertEquals(said(2, 3), HOURS);
      assertEquals(kit.frames(3), 100 - 10 * Math.floor(kit.frames(2) / 10));
      const told = await turn(1);
      assertEquals([told.interrupted, told.heard, told.piecesSent], [false, null, 2]);
      assertEquals(told.spoken.utterance, 3);
    });
  }

  it("goes on at once when the recognizer has made nothing out", async () => {
    await answered(1_000);
    const begun = await kit.interrupts();
    kit.ends(begun, null);
    await kit.clock.advance(100);
    assert(kit.frames(3) > 0, "it goes on");
    await kit.clock.advance(2_000);
    assertEquals(said(2, 3), HOURS);
    assertEquals((await kit.turns()).length, 2);
  });

  it("goes on at once when the caller has only said that he listens", async () => {
    await answered(1_000);
    const begun = await kit.interrupts();
    kit.ends(begun, "Mm-hm.");
    await kit.clock.advance(3_000);
    assertEquals(said(2, 3), HOURS);
    assertEquals((await kit.turns()).length, 2);
  });

  it("goes on twice, and loses no word", async () => {
    await answered(500);
    kit.ends(await kit.interrupts(), null);
    await kit.clock.advance(500);
    kit.ends(await kit.interrupts(), null);
    await kit.clock.advance(3_000);
    assertEquals(kit.applied("clear").map(({ through }) => through), [2, 3]);
    assertEquals(said(2, 3, 4), HOURS);
    assertEquals((await turn(1)).spoken.utterance, 4);
  });

  it("goes on after two interruptions within 300 ms", async () => {
    await answered(1_000);
    const first = kit.begins();
    kit.sustains(first);
    kit.ends(first, null);
    await kit.clock.advance(250);
    const second = kit.begins();
    kit.sustains(second);
    kit.ends(second, null);
    await kit.clock.advance(3_000);
    assertEquals(kit.applied("clear").length, 2);
    assertEquals(said(2, 3, 4), HOURS);
  });

  it("keeps, of a rest that is interrupted, the words heard of both", async () => {
    await answered(500);
    kit.ends(await kit.interrupts(), null);
    await kit.clock.advance(500);
    const begun = await kit.interrupts();
    kit.ends(begun, "where are you");
    await kit.clock.advance(2_000);
    const told = await turn(1);
    assertEquals([told.interrupted, heardTextOf(told)], [true, said(2, 3)]);
    assertEquals(said(2, 3), HOURS_WORDS.slice(0, said(2, 3).split(" ").length).join(" "));
    assertEquals(kit.frames(4), ADDRESS_FRAMES);
  });

  it("goes on though the edge's credits were lost meanwhile, and is whole when they come", async () => {
    await answered(1_000);
    kit.edgeBus.drop = (subject) => subject.endsWith(".credit");
    await kit.interrupts();
    kit.edge.speech({ kind: "speech_ended", speech: 2, last_voiced_ms: kit.edge.streamMs });
    await kit.clock.advance(2_100);
    kit.edgeBus.heal();
    await kit.clock.advance(4_000);
    const told = await turn(1);
    assertEquals([told.interrupted, told.heard, told.piecesSent], [false, null, 2]);
  });
});

describe("Conversation interrupted in its greeting", () => {
  beforeEach(async () => {
    await start({ business: sampleBusiness({ greeting: GREETING }) });
    kit.edge.offer("shop");
    await kit.clock.advance(500);
  });

  it("keeps the words heard, and answers", async () => {
    const begun = await kit.interrupts();
    kit.ends(begun, "where are you");
    await kit.clock.advance(2_000);
    const words = GREETING.text.split(" ").slice(0, Math.floor(kit.frames(1) / 10));
    assertEquals(heardTextOf(await turn(0)), words.join(" "));
    assertEquals(kit.frames(2), ADDRESS_FRAMES);
  });

  it("goes on with its rest, which ends with its mark", async () => {
    kit.ends(await kit.interrupts(), null);
    await kit.clock.advance(3_000);
    const words = Math.floor(kit.frames(1) / 10);
    assertEquals(said(2), GREETING.text.split(" ").slice(words).join(" "));
    const begins = kit.applied("utterance_begin").map(({ role, turn }) => [role, turn]);
    assertEquals(begins, [["greeting", 0], ["greeting", 0]]);
    assertEquals(kit.applied("mark").map(({ name }) => name), ["greeting_end"]);
    assertEquals((await turn(0)).interrupted, false);
  });
});
