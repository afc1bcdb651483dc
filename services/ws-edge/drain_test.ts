import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { openWebSocket } from "shared/testing/fake_twilio/web_socket_handshake.ts";
import { EdgeBench, eventually, LONG_MS } from "./testing/edge_bench.ts";

const CALL = "CA00000000000000000000000000000001";
const START = {
  streamSid: "MZ1",
  accountSid: "AC00000000000000000000000000000001",
  callSid: CALL,
  tracks: ["inbound"],
  customParameters: { business: "demo", leg: "0" },
  mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
};

/** The URL of a new stream, as the webhook's TwiML has it. */
async function askForStream(bench: EdgeBench): Promise<string> {
  const body = new URLSearchParams({ CallSid: CALL, To: "+15550100002" });
  const response = await fetch(`${bench.origin}/twilio/voice`, { method: "POST", body });
  return /<Stream url="([^"]+)"/.exec(await response.text())![1]!;
}

describe("Edge.drain()", () => {
  it("serves the stream of a call whose webhook was answered before", async () => {
    await using bench = new EdgeBench();
    const url = await askForStream(bench);
    let drained = false;
    bench.edge.drain().then(() => drained = true);
    const handlers = { onText: () => {}, onBinary: () => {}, onEnd: () => {} };
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(drained, false);
    const opened = await openWebSocket({ url, headers: {}, handlers, timeoutMs: LONG_MS });
    if (!opened.ok) throw new Error(`refused: ${opened.status}`);
    const start = { event: "start", sequenceNumber: "1", streamSid: "MZ1", start: START };
    opened.socket.send(JSON.stringify(start));
    await eventually(() => bench.dialog.find(CALL)?.credits.length, "its dialog");
    assertEquals([drained, bench.edge.ready(), bench.edge.calls], [false, false, 1]);
    opened.socket.break();
    await eventually(() => drained, "the drain");
  });

  it("finds no client that kept its connection: the balancer sends each webhook anew", async () => {
    await using bench = new EdgeBench();
    const body = new URLSearchParams({ CallSid: CALL, To: "+15550100002" });
    const response = await fetch(`${bench.origin}/twilio/voice`, { method: "POST", body });
    await response.text();
    assertEquals(response.headers.get("connection"), "close");
  });

  it("waits 5 s for a stream that never comes", async () => {
    const clock = new FakeClock();
    await using bench = new EdgeBench({ clock });
    await askForStream(bench);
    let drained = false;
    bench.edge.drain().then(() => drained = true);
    await clock.advance(4_900);
    assertEquals(drained, false);
    await clock.advance(200);
    assertEquals(drained, true);
  });
});

describe("startEdge() with no further routes", () => {
  it("serves Twilio alone on its port", async () => {
    await using bench = new EdgeBench({ routes: () => undefined });
    for (const path of ["/livez", "/readyz", "/metrics"]) {
      const response = await fetch(bench.origin + path);
      await response.body?.cancel();
      assertEquals(response.status, 404, path);
    }
    const call = await bench.talk();
    await bench.flows([call]);
    assertEquals(bench.edge.ready(), true);
  });
});
