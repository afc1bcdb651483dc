import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EPOCH, frameByte, TxBench } from "../testing/tx_bench.ts";

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const bytes = (from: number, count: number) => numbers(from, count).map(frameByte);

/** A producer that keeps to its window: publishes what the credit allows. */
async function produce(bench: TxBench, utterance: number, from: number, count: number, window = 9) {
  let next = from;
  await bench.clock.advance(0);
  for (let ms = 0; next < from + count && ms < 60_000; ms += 10) {
    const allowed = Math.min(bench.lastCredit.consumed_seq + window + 1, from + count);
    if (allowed > next) {
      bench.audio(utterance, next, allowed - next);
      next = allowed;
    }
    await bench.clock.advance(10);
  }
}

describe("TxLine pacing", () => {
  it("sends three frames of lead, then one every 20 ms, and every frame once", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    await produce(bench, 1, 0, 200);
    await bench.end(1, 199);
    await bench.clock.advance(500);
    assertEquals(bench.farSide.frames, bytes(0, 200));
    const times = bench.farSide.frameTimes;
    assertEquals(
      times.map((t) => t - times[0]!),
      numbers(0, 200).map((k) => Math.max(0, k - 2) * 20),
    );
    const report = bench.line.stats.take();
    assertEquals(
      { ...report, lateP99Ms: 0 },
      {
        fps: 50,
        lateP99Ms: 0,
        frames: 200,
        drops: 0,
        resyncs: 0,
        underruns: 0,
        catchUps: 0,
        lost: 0,
        stalls: 0,
      },
    );
  });

  it("keeps q under 10 with the default window", async () => {
    await using bench = new TxBench();
    await produce(bench, 1, 0, 300);
    assertLessOrEqual(Math.max(...bench.credits.map(({ queued }) => queued)), 9);
  });

  for (
    const { lateMs, resyncs, catchUps } of [
      { lateMs: 40, resyncs: 0, catchUps: 2 },
      { lateMs: 41, resyncs: 1, catchUps: 0 },
    ]
  ) {
    it(`a clock ${lateMs} ms late: ${catchUps} frames caught up, ${resyncs} resyncs`, async () => {
      await using bench = new TxBench();
      bench.audio(1, 0, 100);
      await bench.clock.advance(200);
      // The last frame left at a deadline; the next is due in 20 ms.
      await bench.clock.jump(20 + lateMs);
      await bench.clock.advance(500);
      const report = bench.line.stats.take();
      assertEquals([report.resyncs, report.catchUps], [resyncs, catchUps]);
    });
  }

  it("two utterances back to back have one lead", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 50);
    await bench.end(1, 49);
    await bench.begin(2, 49);
    bench.audio(2, 50, 50);
    await bench.clock.advance(2_500);
    const times = bench.farSide.frameTimes;
    assertEquals(times.length, 100);
    assertEquals(times.at(-1)! - times[0]!, 97 * 20);
    assertEquals(times.filter((t) => t === times[0]).length, 3);
  });

  it("the frames of the lead may come one by one: no underrun while the first still plays", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    for (let seq = 0; seq < 20; seq++) {
      bench.audio(1, seq, 1);
      await bench.clock.advance(seq < 3 ? 5 : 19);
    }
    await bench.end(1, 19);
    await bench.clock.advance(500);
    const { underruns, resyncs } = bench.line.stats.take();
    assertEquals([underruns, resyncs], [0, 0]);
    assertEquals(bench.farSide.frames, bytes(0, 20));
  });

  it("an empty queue in mid-utterance is one underrun, after the end it is none", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    bench.audio(1, 0, 10);
    await bench.clock.advance(1_000);
    assertEquals(bench.line.stats.take().underruns, 1);
    bench.audio(1, 10, 10);
    await bench.end(1, 19);
    await bench.clock.advance(1_000);
    assertEquals(bench.line.stats.take().underruns, 0);
    assertEquals(bench.farSide.frames, bytes(0, 20));
  });
});

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
    assertEquals(sent.slice(-117), bytes(883, 117));
    assertEquals(bench.farSide.marks, numbers(0, 10).map((i) => `u1:m${i}`));
    const arrivals = bench.farSide.arrivals.filter(({ what }) => !String(what).startsWith("kp:"));
    const lastMark = arrivals.findIndex(({ what }) => what === "u1:m8");
    assertEquals(arrivals[lastMark - 1]!.what, frameByte(899));
    assertEquals(bench.line.stats.take().drops, 1_000 - sent.length);
    bench.audio(2, 1_000, 20);
    await bench.end(2, 1_019);
    await bench.clock.advance(1_000);
    assertEquals(bench.farSide.frames.slice(-20), bytes(1_000, 20));
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
    assertEquals(bench.farSide.frames, bytes(0, 10));
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

describe("TxLine clear", () => {
  it("lets no frame of a cleared utterance leave, also none still on the bus", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    bench.audio(1, 0, 9);
    await bench.clock.advance(50);
    const clearing = bench.clear(1);
    bench.audio(1, 9, 9);
    await clearing;
    const sentBefore = bench.farSide.frames.length;
    await bench.clock.advance(2_000);
    assertEquals(bench.farSide.frames.length, sentBefore);
    bench.line.refreshCredit();
    await bench.clock.advance(0);
    assertEquals([bench.lastCredit.consumed_seq, bench.lastCredit.cleared_through], [17, 1]);
    bench.audio(2, 18, 5);
    await bench.clock.advance(500);
    assertEquals(bench.farSide.frames.slice(sentBefore), bytes(18, 5));
  });

  it("tells what was sent and heard of the cleared utterance", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 50);
    await bench.clock.advance(210);
    await bench.clear(1);
    assertEquals(bench.lastCredit.cleared, [{ utterance: 1, sent: 13, heard: 10 }]);
  });

  it("reports queued and unplayed marks as cleared, and ignores their echo", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 2);
    await bench.mark(1, "sent", 1);
    bench.audio(1, 2, 20);
    await bench.mark(1, "queued", 21);
    await bench.clear(1);
    await bench.clock.advance(500);
    assertEquals(bench.told.filter((what) => /^(cleared|played)/.test(what)), [
      "cleared 1 queued",
      "cleared 1 sent",
    ]);
  });

  it("does nothing when it is not above the last one", async () => {
    await using bench = new TxBench();
    bench.audio(2, 0, 5);
    await bench.clock.advance(20);
    await bench.clear(2);
    await bench.clear(1);
    await bench.clear(2);
    await bench.clock.advance(100);
    assertEquals(bench.farSide.arrivals.filter(({ event }) => event === "clear").length, 1);
  });

  it("does not silence an utterance after the one it names", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 3);
    bench.audio(2, 3, 20);
    await bench.clock.advance(200);
    await bench.clear(1);
    await bench.clock.advance(1_000);
    assertEquals(bench.farSide.frames, bytes(0, 23));
  });
});

describe("TxLine marks and finish", () => {
  it("a mark is played when its audio has, and greeting_end goes by its own name", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 20);
    await bench.mark(1, "greeting_end", 19);
    await bench.clock.advance(380);
    assertEquals(bench.told.includes("played 1 greeting_end"), false);
    await bench.clock.advance(40);
    assertEquals(bench.farSide.marks, ["greeting_end"]);
    assert(bench.told.includes("played 1 greeting_end"));
  });

  it("hangs up when the audio before it has played", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 50);
    await bench.control({ kind: "hangup", reason: "goodbye", after_seq: 49 });
    await bench.clock.advance(990);
    assertEquals(bench.told.includes("finished hangup"), false);
    await bench.clock.advance(20);
    assert(bench.told.includes("finished hangup"));
  });

  it("hangs up a second after its audio when Twilio echoes nothing", async () => {
    await using bench = new TxBench();
    bench.farSide.echoing = false;
    bench.audio(1, 0, 50);
    await bench.control({ kind: "hangup", reason: "goodbye", after_seq: 49 });
    await bench.clock.advance(1_990);
    assertEquals(bench.told.includes("finished hangup"), false);
    await bench.clock.advance(20);
    assert(bench.told.includes("finished hangup"));
  });
});

describe("TxLine send bound", () => {
  it("stops writing at 144 unconfirmed frames, counts the stall, ends the call after 10 s", async () => {
    await using bench = new TxBench();
    bench.farSide.echoing = false;
    const watch = async (seconds: number) => {
      for (let i = 0; i < seconds * 4; i++) {
        await bench.clock.advance(250);
        bench.line.watch();
      }
    };
    await produce(bench, 1, 0, 150);
    await bench.clock.advance(200);
    assertEquals(bench.farSide.frames.length, 144);
    assertEquals(bench.line.q <= 9, true);
    assertEquals(bench.line.unconfirmed, 144);
    bench.audio(1, 150, 200);
    await bench.clock.advance(0);
    assertEquals(bench.line.q, 120);
    await watch(1);
    assert(bench.line.stats.take().stalls <= 1);
    assert(bench.told.includes("stalled"));
    await watch(9);
    assert(bench.told.includes("failed send_stalled"));
    assertEquals(bench.farSide.frames.length, 144);
  });

  it("goes on when the echo comes back", async () => {
    await using bench = new TxBench();
    bench.farSide.echoing = false;
    bench.audio(1, 0, 100);
    await bench.clock.advance(2_000);
    bench.audio(1, 100, 100);
    await bench.clock.advance(2_000);
    assertEquals(bench.farSide.frames.length, 144);
    bench.farSide.echoing = true;
    await bench.clock.advance(2_000);
    assertEquals(bench.farSide.frames, bytes(0, 200));
  });

  it("probes an idle connection within 15 s, and gives up one that does not answer", async () => {
    await using bench = new TxBench();
    const watch = async (seconds: number) => {
      for (let i = 0; i < seconds * 4; i++) {
        await bench.clock.advance(250);
        bench.line.watch();
      }
    };
    await watch(15);
    assertEquals(bench.farSide.arrivals.map(({ what }) => what), ["kp:1"]);
    bench.farSide.echoing = false;
    await watch(15);
    assertEquals(bench.told.includes("failed send_stalled"), false);
    await watch(10);
    assert(bench.told.includes("failed send_stalled"));
  });
});
