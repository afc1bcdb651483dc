import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type CallRecord } from "shared/store/stores.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { closeOf, EdgeBench, endOf, eventually } from "./testing/edge_bench.ts";

async function ask(bench: EdgeBench, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(bench.origin + path);
  return { status: response.status, text: await response.text() };
}

const verbsOf = async (call: FakeCall) => (await endOf(call)).verbs.map(({ verb }) => verb);

/** A caller's side that neither speaks nor reads any more, and never closes: only a timeout finds out. */
async function die(call: FakeCall): Promise<void> {
  call.pauseMedia(600_000);
  call.stopReading();
  // What was on its way has arrived.
  await new Promise((resolve) => setTimeout(resolve, 100));
}

describe("The edge's health", () => {
  it("/livez, /readyz and /metrics answer", async () => {
    await using bench = new EdgeBench();
    await Promise.all([bench.talk(), bench.talk()]);
    assertEquals((await ask(bench, "/livez")).status, 200);
    assertEquals(await ask(bench, "/readyz"), { status: 200, text: '{"ready":true}' });
    const metrics = await ask(bench, "/metrics");
    assertEquals(metrics.status, 200);
    assertMatch(metrics.text, /^kav_calls 2$/m);
    assertMatch(metrics.text, /^kav_webhook_total\{route="voice",answer="stream"\} 2$/m);
  });

  it("/readyz answers 503 while the bus is away", async () => {
    await using bench = new EdgeBench();
    await bench.bus.close();
    assertEquals((await ask(bench, "/readyz")).status, 503);
    assertEquals([(await ask(bench, "/livez")).status, bench.edge.ready()], [200, false]);
  });
});

describe("Edge.drain()", () => {
  it("takes no new call, keeps those it has, and resolves after the last", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    let drained = false;
    bench.edge.drain().then(() => drained = true);
    assertEquals((await ask(bench, "/readyz")).status, 503);
    assertEquals(await verbsOf(await bench.place()), ["Say", "Hangup"]);
    await Promise.all([bench.flows([call]), bench.hears(call)]);
    assertEquals([drained, bench.edge.calls], [false, 1]);
    await call.hangUp();
    await eventually(() => drained, "the drain");
    assertEquals(bench.edge.calls, 0);
  });

  it("resolves when a far side is dead and never answers the close", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    await die(call);
    await bench.dialog.line(call).control({ kind: "hangup", reason: "bye" });
    let drained = false;
    bench.edge.drain().then(() => drained = true);
    await eventually(() => drained, "the drain");
    assertEquals([bench.edge.calls, await bench.sample("kav_calls")], [0, 0]);
  });
});

describe("Edge.stop()", () => {
  it("ends all calls with their reason and answers nobody any more", async () => {
    await using bench = new EdgeBench();
    const [call, dead, silent] = await Promise.all([
      bench.talk(),
      bench.talk(),
      bench.place({ tamper: () => undefined }),
    ]);
    await die(dead);
    await bench.edge.stop();
    await Promise.all([endOf(call), endOf(silent)]);
    assertEquals(closeOf(call), { code: 1000, reason: "server_stopped" });
    await eventually(() => bench.dialog.line(dead).event("ended"), "the end");
    for (const one of [call, dead]) {
      assertEquals(bench.dialog.line(one).event("ended")?.reason, "server_stopped");
    }
    assertEquals(bench.edge.ready(), false);
    const refused = await fetch(`${bench.origin}/livez`).then(() => false, () => true);
    assertEquals(refused, true);
  });

  it("may come at any moment of a stream's opening, and twice", async () => {
    for (let delayMs = 0; delayMs <= 10; delayMs++) {
      await using bench = new EdgeBench();
      const placing = bench.place();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await bench.edge.stop();
      await endOf(await placing);
      await bench.edge.stop();
      assertEquals(bench.edge.calls, 0);
    }
  });
});

describe("A call's record", () => {
  it("is published and stored, at its beginning and at its end", async () => {
    await using bench = new EdgeBench();
    const published: [string, CallRecord][] = [];
    bench.bus.subscribe("kav.event.call.*", ({ subject, data }) => {
      published.push([subject, JSON.parse(new TextDecoder().decode(data))]);
    });
    const call = await bench.talk();
    await Promise.all([bench.flows([call], 20), bench.hears(call, { frames: 10 })]);
    const { callSid } = call;
    const begun = await bench.stores.callRecords.get(callSid);
    assertEquals([begun?.endedAt, begun?.businessId, begun?.leg], [null, "demo", 0]);
    await call.hangUp();
    await eventually(() => published.length === 2, "the record");
    const ended = await bench.stores.callRecords.get(callSid);
    assertEquals(published, [
      ["kav.event.call.started", begun],
      ["kav.event.call.ended", ended],
    ]);
    assertEquals([ended!.endReason, ended!.framesOut], ["caller_hung_up", 10]);
    assertEquals(ended!.framesIn, bench.stt.line(call).frames.length);
    assertEquals(
      Date.parse(ended!.endedAt!) - Date.parse(ended!.startedAt),
      ended!.durationMs,
    );
  });

  it("stands beside metrics that count every call and frame once", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    await Promise.all([bench.flows([call]), bench.hears(call, { frames: 10 })]);
    await eventually(async () => await bench.sample("kav_rx_frames_total") > 0, "frames counted");
    await call.hangUp();
    await eventually(() => bench.edge.calls === 0, "the end");
    const heard = bench.stt.line(call).frames.length;
    assertEquals(await bench.sample("kav_rx_frames_total"), heard);
    assertEquals(await bench.sample("kav_tx_frames_total"), 10);
    assertEquals(await bench.sample('kav_calls_total{reason="caller_hung_up"}'), 1);
  });
});
