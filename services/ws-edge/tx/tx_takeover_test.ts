import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { encodeJson } from "shared/bus/codec.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { CALL, EPOCH, frameBytes, TxBench } from "../testing/tx_bench.ts";

const NEXT = EPOCH + 1;

describe("TxLine.dismiss()", () => {
  it("drops what is queued, lets Twilio's share play out, and hears the old producer no more", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    bench.audio(1, 0, 20);
    await bench.mark(1, "end", 19);
    await bench.clock.advance(100);
    const sent = bench.farSide.frames.length;
    bench.line.dismiss();
    bench.audio(1, 20, 9);
    assertEquals((await bench.end(1, 19)).ok, false);
    await bench.clock.advance(2_000);
    assertEquals(bench.farSide.frames, frameBytes(0, sent));
    assertEquals(bench.farSide.arrivals.some(({ event }) => event === "clear"), false);
    assertEquals(bench.line.plays(), [{ utterance: 1, sent, heard: sent }]);
    assertEquals(bench.line.q, 0);
  });

  it("counts no underrun of the utterance that was cut off", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    bench.audio(1, 0, 5);
    await bench.clock.advance(50);
    bench.line.dismiss();
    await bench.clock.advance(3_000);
    assertEquals(bench.line.stats.take().underruns, 0);
  });

  it("keeps the old producer mute even with the epoch of the offer that it took", async () => {
    await using bench = new TxBench();
    bench.line.offered(NEXT);
    bench.audio(1, 0, 3, NEXT);
    await bench.clock.advance(100);
    assertEquals(bench.farSide.frames.length, 3);
    bench.line.dismiss();
    bench.audio(1, 3, 3, NEXT);
    await bench.clock.advance(100);
    assertEquals(bench.farSide.frames.length, 3);
  });

  it("publishes no credit until somebody has taken the call", async () => {
    await using bench = new TxBench();
    await bench.clock.advance(0);
    bench.line.dismiss();
    const { length } = bench.credits;
    bench.line.refreshCredit();
    await bench.clock.advance(0);
    assertEquals(bench.credits.length, length);
    bench.line.takeOver(NEXT);
    await bench.clock.advance(0);
    assertEquals([bench.credits.length, bench.lastCredit.epoch], [length + 1, NEXT]);
  });

  it("keeps a hang-up that waits for its last audio to play", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 2);
    await bench.control({ kind: "hangup", reason: "goodbye", after_seq: 1 });
    bench.line.dismiss();
    await bench.clock.advance(1_100);
    assertEquals(bench.told.includes("finished hangup"), true);
  });
});

describe("TxLine.offered()", () => {
  it("lets a late taker of an older offer not speak beside its successor", async () => {
    await using bench = new TxBench();
    bench.line.offered(NEXT);
    bench.line.offered(NEXT + 1);
    bench.audio(1, 0, 5, NEXT);
    await bench.clock.advance(100);
    assertEquals(bench.farSide.frames, []);
    bench.audio(1, 0, 3, NEXT + 1);
    await bench.clock.advance(100);
    assertEquals(bench.farSide.frames, frameBytes(0, 3));
  });

  it("silences the taker of the last one, whose reply was lost, so that the next tells where to go on", async () => {
    await using bench = new TxBench();
    bench.line.offered(NEXT);
    bench.audio(1, 0, 9, NEXT);
    await bench.clock.advance(20);
    bench.line.offered(NEXT + 1);
    const { nextSeq } = bench.line;
    bench.audio(1, 9, 9, NEXT);
    await bench.clock.advance(100);
    assertEquals([nextSeq, bench.line.nextSeq], [9, 9]);
    bench.audio(2, nextSeq, 2, NEXT + 1);
    await bench.clock.advance(100);
    assertEquals(bench.farSide.frames.slice(-2), frameBytes(9, 2));
  });
});

describe("TxLine.takeOver()", () => {
  it("sends the successor's utterance with a lead of its own, and applies its control from 1", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 20);
    await bench.clock.advance(100);
    bench.line.dismiss();
    await bench.clock.advance(1_500);
    const before = bench.farSide.frames.length;
    bench.line.takeOver(NEXT);
    const request = { epoch: NEXT, control_seq: 1, after_seq: 19, kind: "utterance_begin" };
    const begin = { ...request, utterance: 2, role: "reply", turn: 1, interruptible: true };
    bench.bus.publish(callSubject(CALL, "tx.control"), encodeJson(begin));
    bench.audio(2, bench.line.nextSeq, 10, NEXT);
    await bench.clock.advance(0);
    // Three frames at once: the lead.
    assertEquals(bench.farSide.frames.length, before + 3);
    assertEquals(bench.told.includes("began 2"), true);
    await bench.clock.advance(500);
    const { resyncs, lost, drops } = bench.line.stats.take();
    assertEquals([bench.farSide.frames.length, resyncs, lost, drops], [before + 10, 0, 0, 0]);
  });
});

describe("TxLine.nextUtterance", () => {
  it("is above every utterance sent, waiting, begun or cleared", async () => {
    await using bench = new TxBench();
    assertEquals(bench.line.nextUtterance, 1);
    bench.audio(1, 0, 2);
    await bench.clock.advance(100);
    assertEquals(bench.line.nextUtterance, 2);
    bench.audio(2, 2, 50);
    await bench.clock.advance(0);
    assertEquals(bench.line.nextUtterance, 3);
    await bench.begin(3, 51);
    assertEquals(bench.line.nextUtterance, 4);
    await bench.clear(5);
    assertEquals(bench.line.nextUtterance, 6);
    await bench.begin(4);
    bench.line.dismiss();
    assertEquals(bench.line.nextUtterance, 6);
    bench.line.takeOver(NEXT);
    bench.audio(0xffff, 90, 1, NEXT);
    await bench.clock.advance(0);
    assertEquals(bench.line.nextUtterance, 0xffff);
  });
});
