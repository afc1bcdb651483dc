import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { closeOf, EdgeBench, endOf, eventually } from "./testing/edge_bench.ts";

const SEND_BOUND = 144;
const TX_QUEUE = 120;
const WINDOW = 9;

/** The far sides stall from the beginning. The edge's clock is fake: what it takes 10 s for need not take that. */
describe("A far side that stalls", () => {
  it("holds the send bound and the queue, and ends its call after 10 s; others go on", async () => {
    const clock = new FakeClock();
    await using bench = new EdgeBench({ clock });
    const [deaf, mute, beside] = await Promise.all([
      bench.talk({ readSocket: false }),
      bench.talk({ echoMarks: false }),
      bench.talk(),
    ]);
    const ignoring = bench.dialog.line(deaf);
    const obeying = bench.dialog.line(mute);
    // Reading goes on at the window for ever.
    obeying.audioWithinCredit(1, 10_000);
    const endedAtMs = new Map<unknown, number>();
    for (let ms = 0; ms < 12_000 && endedAtMs.size < 2; ms += 100) {
      // Twice as fast as it plays, whatever the credit.
      if (!ignoring.event("ended")) ignoring.audio(1, 10);
      await clock.advance(100);
      for (const line of [ignoring, obeying]) {
        if (line.event("ended") && !endedAtMs.has(line)) endedAtMs.set(line, clock.now());
      }
    }

    // What has ended is not given up again.
    await clock.advance(1_000);
    for (const line of [ignoring, obeying]) {
      assertEquals(line.event("ended")?.reason, "send_stalled");
      // The first confirmation is due after half a second of audio.
      const endedMs = endedAtMs.get(line)!;
      assert(endedMs >= 10_000 && endedMs <= 11_500, `ended after ${endedMs} ms`);
    }
    const queued = (line: typeof ignoring) => Math.max(...line.credits.map(({ queued }) => queued));
    assertEquals([queued(ignoring), queued(obeying)], [TX_QUEUE, WINDOW]);
    assertEquals(obeying.nextSeq, SEND_BOUND + WINDOW);
    assertEquals(ignoring.credits.some(({ paused }) => paused), true);
    assertEquals(await bench.sample("kav_send_stalls_total"), 2);
    assertEquals(await bench.sample('kav_calls_total{reason="send_stalled"}'), 2);
    assertEquals(
      await bench.sample("kav_tx_drops_total"),
      ignoring.nextSeq - SEND_BOUND - TX_QUEUE,
    );
    assertEquals(bench.log.filter((line) => line.includes("⚠️ tx_q full")).length, 1);
    assertEquals(bench.log.filter((line) => line.includes("the call cannot go on")).length, 2);

    deaf.resumeReading();
    for (const call of [deaf, mute]) {
      const { verbs } = await endOf(call);
      assertEquals(verbs.slice(-2).map(({ verb }) => verb), ["Say", "Hangup"]);
      assertEquals(call.timeline.of("media").length, SEND_BOUND);
    }
    assertEquals(closeOf(mute), { code: 1000, reason: "send_stalled" });
    await bench.flows([beside]);
    await eventually(() => bench.edge.calls === 1, "the rest");
  });
});
