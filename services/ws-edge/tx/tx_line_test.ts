import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { frameBytes, TxBench } from "../testing/tx_bench.ts";

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
    assertEquals(bench.farSide.frames.slice(sentBefore), frameBytes(18, 5));
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
    assertEquals(bench.farSide.frames, frameBytes(0, 23));
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

  const endings = [
    { kind: "hangup", reason: "goodbye" },
    { kind: "transfer", to: "+15550107777" },
    { kind: "fallback", reason: "no_speech" },
  ] as const;
  for (const ending of endings) {
    const finished = `finished ${ending.kind}`;

    it(`ends by ${ending.kind} when the audio before it has played`, async () => {
      await using bench = new TxBench();
      bench.audio(1, 0, 50);
      await bench.control({ ...ending, after_seq: 49 });
      await bench.clock.advance(990);
      assertEquals(bench.told.includes(finished), false);
      await bench.clock.advance(20);
      assert(bench.told.includes(finished));
    });

    it(`ends by ${ending.kind} a second after its audio when Twilio echoes nothing`, async () => {
      await using bench = new TxBench();
      bench.farSide.echoing = false;
      bench.audio(1, 0, 50);
      await bench.control({ ...ending, after_seq: 49 });
      await bench.clock.advance(1_990);
      assertEquals(bench.told.includes(finished), false);
      await bench.clock.advance(20);
      assert(bench.told.includes(finished));
    });
  }
});

describe("TxLine send bound", () => {
  it("stops writing at 144 unconfirmed frames, counts the stall, ends the call after 10 s", async () => {
    await using bench = new TxBench();
    bench.farSide.echoing = false;
    await bench.produce(1, 0, 150);
    await bench.clock.advance(200);
    assertEquals(bench.farSide.frames.length, 144);
    assertEquals(bench.line.q <= 9, true);
    assertEquals(bench.line.unconfirmed, 144);
    bench.audio(1, 150, 200);
    await bench.clock.advance(0);
    assertEquals(bench.line.q, 120);
    await bench.watch(1);
    assert(bench.line.stats.take().stalls <= 1);
    assert(bench.told.includes("stalled"));
    await bench.watch(9);
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
    assertEquals(bench.farSide.frames, frameBytes(0, 200));
  });

  it("probes an idle connection within 15 s, and gives up one that does not answer", async () => {
    await using bench = new TxBench();
    await bench.watch(15);
    assertEquals(bench.farSide.arrivals.map(({ what }) => what), ["kp:1"]);
    bench.farSide.echoing = false;
    await bench.watch(15);
    assertEquals(bench.told.includes("failed send_stalled"), false);
    await bench.watch(10);
    assert(bench.told.includes("failed send_stalled"));
  });
});
