import { describe, it } from "@std/testing/bdd";
import { EdgeBench, eventually } from "./testing/edge_bench.ts";
describe("x", () => {
  it("stop", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    await bench.flows([call], 20);
    const t = performance.now();
    await bench.edge.stop();
    console.log("stop took", performance.now() - t);
    console.log(await call.ended, call.timeline.entries.filter((e) => e.kind !== "media"));
    console.log(bench.dialog.line(call).events, bench.log, bench.printed);
  });
  it("break", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    call.breakSocket();
    await eventually(() => bench.dialog.offers.length === 2, "leg1");
    await eventually(() => bench.stt.line(call).epoch === 256, "leg1");
    await bench.flows([call], 20);
    console.log(bench.dialog.offers, bench.stt.line(call).epoch, bench.log);
    console.log(call.timeline.entries.filter((e) => e.kind !== "media"));
  });
  it("hangup while not reading", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.dialog.line(call);
    await line.begin(1);
    line.audio(1, 10);
    call.stopReading();
    await line.control({ kind: "hangup", reason: "goodbye" });
    await new Promise((r) => setTimeout(r, 4000));
    console.log(bench.edge.calls, bench.log, bench.dialog.line(call).events);
    call.resumeReading();
    console.log(await call.ended);
  });
});
