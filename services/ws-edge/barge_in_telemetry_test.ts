import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EdgeBench, eventually, LONG_MS } from "./testing/edge_bench.ts";

describe("A barge-in", () => {
  it("is said as a line, as JSON and as a metric: from the onset's frame to the last one sent", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const stt = bench.stt.line(call);
    const line = bench.dialog.line(call);
    await line.begin(1, { turn: 3 });
    line.audio(1, 50);
    await call.untilEvent("media", LONG_MS);
    const onset = stt.frames.at(-1)!;
    await bench.flows([call], 8);
    const clear = { kind: "clear", through: 1, because: "barge_in", onset_ms: onset.streamMs };
    await line.control({ ...clear, after_seq: -1 });
    const isIt = (text: string) => text.startsWith("[BARGE_IN]");
    const said = await eventually(() => bench.printed.find(isIt), "the line");

    const { json } = bench.telemetry.find(({ json }) => json.event === "barge_in")!;
    const { barge_in_ms, ...told } = json;
    assertEquals(told, { call: call.callSid, event: "barge_in", turn: 3 });
    const ms = Math.round(Number(barge_in_ms));
    assertEquals(said, `[BARGE_IN] barge_in_ms=${ms} turn=3 call=${call.callSid}`);
    const last = call.timeline.of("media").at(-1)!;
    assertAlmostEquals(ms, last.atMs - onset.atMs, 60);
    assertEquals(bench.printed.filter(isIt).length, 1);
    assertEquals(await bench.sample("kav_barge_in_seconds_count"), 1);
  });

  it("comes while the caller's frames say how loud Kav is", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const { frames } = bench.stt.line(call);
    assert(frames.every(({ loudness }) => loudness === 0));
    bench.dialog.line(call).audio(1, 20);
    await eventually(() => frames.at(-1)!.loudness > 0, "Kav's loudness");
    await eventually(() => frames.at(-1)!.loudness === 0, "silence again");
  });
});
