import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { TxBench } from "../testing/tx_bench.ts";

const bargeIn = (through: number) => ({
  kind: "clear",
  through,
  because: "barge_in",
  onset_ms: 640,
});
const toldOf = (bench: TxBench) => bench.told.filter((what) => what.startsWith("barged in"));

describe("TxLine clear for a barge-in", () => {
  it("tells which utterance was silenced, when its last frame was sent, and the onset, once", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 60);
    await bench.clock.advance(450);
    await bench.control(bargeIn(2));
    await bench.control(bargeIn(2));
    await bench.control(bargeIn(3));
    // Three at once, then one every 20 ms.
    assertEquals(toldOf(bench), ["barged in 1 1440 640"]);
  });

  it("tells of the last one that was sent, though the next one waits already", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 5);
    bench.audio(2, 5, 20);
    await bench.clock.advance(50);
    await bench.control(bargeIn(2));
    assertEquals(toldOf(bench), ["barged in 1 1040 640"]);
  });

  it("tells nothing when nothing of it was sent", async () => {
    await using bench = new TxBench();
    await bench.begin(1);
    await bench.control(bargeIn(1));
    bench.audio(2, 0, 5);
    await bench.clock.advance(200);
    await bench.clear(2);
    bench.audio(3, 5, 2);
    await bench.control(bargeIn(3));
    assertEquals(toldOf(bench), []);
  });

  it("tells nothing of any other clear", async () => {
    await using bench = new TxBench();
    bench.audio(1, 0, 60);
    await bench.clock.advance(100);
    await bench.control({ ...bargeIn(1), because: "key" });
    bench.audio(2, 60, 5);
    await bench.clock.advance(50);
    await bench.control({ kind: "clear", through: 2, because: "barge_in" });
    assertEquals(toldOf(bench), []);
  });
});
