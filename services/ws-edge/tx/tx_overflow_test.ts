import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EPOCH, frameByte, frameBytes, TxBench } from "../testing/tx_bench.ts";

describe("TxLine overflow and loss", () => {
  it("1,000 frames at once: q never above 120, the newest survive, every mark keeps its place", async () => {
    await using bench = new TxBench();
    for (let i = 0; i < 10; i++) {
      bench.audio(1, i * 100, 100);
      bench.mark(1, `m${i}`, i * 100 + 99);
    }
    await bench.clock.advance(0);
    assert(bench.line.q <= 120, `q ${bench.line.q}`);
    await bench.end(1, 999);
    await bench.clock.advance(4_000);
    const sent = bench.farSide.frames;
    assertEquals(sent.slice(-117), frameBytes(883, 117));
    assertEquals(bench.farSide.marks, Array.from({ length: 10 }, (_, i) => `u1:m${i}`));
    const arrivals = bench.farSide.arrivals.filter(({ what }) => !String(what).startsWith("kp:"));
    const lastMark = arrivals.findIndex(({ what }) => what === "u1:m8");
    assertEquals(arrivals[lastMark - 1]!.what, frameByte(899));
    assertEquals(bench.line.stats.take().drops, 1_000 - sent.length);
    bench.audio(2, 1_000, 20);
    await bench.end(2, 1_019);
    await bench.clock.advance(1_000);
    assertEquals(bench.farSide.frames.slice(-20), frameBytes(1_000, 20));
    assertEquals(bench.line.stats.take().drops, 0);
  });

  it("frames lost on the bus are counted and do not hold the window", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 9);
    bench.audio(1, 24, 9);
    await bench.clock.advance(1_000);
    assertEquals(bench.lastCredit.consumed_seq, 32);
    assertEquals(bench.line.stats.take().lost, 15);
  });

  it("sync tells of lost frames at the end, which nothing else would", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 5);
    await bench.clock.advance(500);
    assertEquals(bench.lastCredit.consumed_seq, 4);
    bench.sync(13);
    await bench.clock.advance(0);
    assertEquals(bench.lastCredit.consumed_seq, 13);
  });

  it("pauses the producer at 90 % and lets it go on below 50 %", async () => {
    await using bench = new TxBench({ queueFrames: 100 });
    bench.audio(1, 0, 100);
    await bench.clock.advance(100);
    assertEquals(bench.lastCredit.paused, true);
    const resumed = () => bench.credits.find(({ paused, queued }) => !paused && queued > 40);
    await bench.clock.advance(800);
    assertEquals(resumed(), undefined);
    await bench.clock.advance(400);
    assertEquals(resumed()?.queued, 48);
  });

  it("ends the call when control floods", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 50);
    for (let i = 0; i < 300; i++) bench.mark(1, `m${i}`, 49);
    await bench.clock.advance(0);
    assert(bench.told.includes("failed control_flood"));
  });

  it("drops audio and refuses control of another epoch", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 5, EPOCH - 1);
    const reply = await bench.control({
      kind: "mark",
      utterance: 1,
      name: "old",
      epoch: EPOCH - 1,
    });
    assertEquals(reply, { ok: false, control_seq: 1, reason: "stale_epoch" });
    await bench.clock.advance(500);
    assertEquals(bench.farSide.arrivals, []);
  });

  it("takes the first words of an offer's taker, though its reply has not been read", async () => {
    await using bench = new TxBench();
    bench.line.offered(EPOCH + 1);
    bench.audio(1, 0, 5, EPOCH + 1);
    await bench.clock.advance(200);
    bench.line.takeOver(EPOCH + 1);
    bench.audio(1, 5, 5, EPOCH + 1);
    bench.audio(1, 10, 5, EPOCH);
    await bench.clock.advance(500);
    assertEquals(bench.farSide.frames, frameBytes(0, 10));
  });

  it("applies a repeated request once", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 3);
    for (let i = 0; i < 3; i++) {
      await bench.control({
        kind: "mark",
        utterance: 1,
        name: "once",
        after_seq: 2,
        control_seq: 1,
      });
    }
    await bench.clock.advance(500);
    assertEquals(bench.farSide.marks, ["u1:once"]);
  });
});
