import { assertEquals, assertLessOrEqual } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { frameBytes, TxBench } from "../testing/tx_bench.ts";

describe("TxLine pacing", () => {
  it("sends three frames of lead, then one every 20 ms, and every frame once", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    await bench.produce(1, 0, 200);
    await bench.end(1, 199);
    await bench.clock.advance(500);
    assertEquals(bench.farSide.frames, frameBytes(0, 200));
    const times = bench.farSide.frameTimes;
    assertEquals(
      times.map((t) => t - times[0]!),
      Array.from({ length: 200 }, (_, k) => k).map((k) => Math.max(0, k - 2) * 20),
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
    await bench.produce(1, 0, 300);
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
    assertEquals(bench.farSide.frames, frameBytes(0, 20));
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
    assertEquals(bench.farSide.frames, frameBytes(0, 20));
  });
});
