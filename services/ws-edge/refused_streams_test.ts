import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { openWebSocket } from "shared/testing/fake_twilio/web_socket_handshake.ts";
import { closeOf, EdgeBench, endOf, eventually, LONG_MS } from "./testing/edge_bench.ts";

const isStart = (text: string) => text.startsWith('{"event":"start"');
const startWith = (from: string, to: string) => (text: string) =>
  isStart(text) ? text.replace(from, to) : text;

/** The HTTP status of a handshake. */
async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | null> {
  const handlers = { onText: () => {}, onBinary: () => {}, onEnd: () => {} };
  const opened = await openWebSocket({ url, headers, handlers, timeoutMs: LONG_MS });
  if (!opened.ok) return opened.status;
  opened.socket.break();
  return 101;
}

/** The URL of a new stream, as the webhook's TwiML has it. */
async function askForStream(bench: EdgeBench, callSid: string): Promise<string> {
  const body = new URLSearchParams({ CallSid: callSid, To: "+15550100002" });
  const response = await fetch(`${bench.origin}/twilio/voice`, { method: "POST", body });
  return /<Stream url="([^"]+)"/.exec(await response.text())![1]!;
}

describe("A stream is closed", () => {
  const OVER_64_KIB = [
    { what: "a text", message: "x".repeat(64 * 1024 + 1) },
    { what: "a text of characters that take several bytes", message: "א".repeat(32 * 1024 + 1) },
    { what: "a binary message", message: new Uint8Array(64 * 1024 + 1) },
  ];
  for (const { what, message } of OVER_64_KIB) {
    it(`with 1009 after ${what} over 64 KiB, while others go on`, async () => {
      await using bench = new EdgeBench();
      const [call, beside] = await Promise.all([bench.talk(), bench.talk()]);
      const line = bench.dialog.line(call);
      call.sendRaw(message);
      await eventually(() => closeOf(call)?.code === 1009, "the close");
      await bench.flows([beside]);
      assertEquals(await bench.badInput("message_too_large"), 1);
      assertEquals(line.event("ended")?.reason, "message_too_large");
    });
  }

  it("by no message of 64 KiB: it is just no JSON", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    call.sendRaw("x".repeat(64 * 1024));
    await eventually(async () => await bench.badInput("not_json") === 1, "the count");
    await bench.flows([call]);
  });

  for (
    const [from, to] of [
      ['"audio/x-mulaw"', '"audio/l16"'],
      ['"sampleRate":8000', '"sampleRate":16000'],
      ['"channels":1', '"channels":2'],
    ] as const
  ) {
    it(`with 1003 when its media has ${to}, and the caller gets the fallback`, async () => {
      await using bench = new EdgeBench();
      const call = await bench.place({ tamper: startWith(from, to) });
      const end = await endOf(call);
      assertEquals(closeOf(call), { code: 1003, reason: "media_format" });
      assertEquals(end.verbs.map(({ verb }) => verb).slice(-2), ["Say", "Hangup"]);
      assertEquals(bench.dialog.offers, []);
      assertEquals(await bench.badInput("media_format"), 1, "no second stream is tried");
    });
  }

  it("with 1008 when `start` names another call than the token", async () => {
    await using bench = new EdgeBench();
    const tamper = (text: string) =>
      isStart(text) ? text.replace(/"callSid":"CA/, '"callSid":"CB') : text;
    const call = await bench.place({ tamper });
    await endOf(call);
    assertEquals(closeOf(call), { code: 1008, reason: "wrong_call" });
    assertEquals(bench.dialog.offers, []);
  });

  it("with 1008 when `start` names another account than TWILIO_ACCOUNT_SID", async () => {
    await using bench = new EdgeBench({ settings: { twilioAccountSid: `AC${"1".repeat(32)}` } });
    const call = await bench.place();
    await endOf(call);
    assertEquals(closeOf(call), { code: 1008, reason: "wrong_account" });
    assertEquals(bench.dialog.offers, []);
  });

  it("with 1008 when no `start` comes within 10 s", async () => {
    const clock = new FakeClock();
    await using bench = new EdgeBench({ clock });
    const call = await bench.place({ tamper: (text) => isStart(text) ? undefined : text });
    await eventually(async () => await bench.badInput("before_start") > 0, "media");
    await clock.advance(9_999);
    const before = await bench.badInput("before_start");
    await eventually(async () => await bench.badInput("before_start") > before, "more media");
    assertEquals(closeOf(call), undefined);
    await clock.advance(1);
    await eventually(() => closeOf(call), "the close");
    assertEquals(closeOf(call), { code: 1008, reason: "no_start" });
  });
});

describe("A handshake", () => {
  it("opens one stream: a token used before is refused with 403", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const { url } = call.timeline.of("stream_started")[0]!;
    assertEquals(await statusOf(url), 403);
    assertEquals(await bench.sample('kav_stream_gate_total{result="used"}'), 1);
    await bench.flows([call]);
  });

  it("with a forged token, or the token of another call, is refused with 403", async () => {
    await using bench = new EdgeBench();
    const url = await askForStream(bench, "CA1");
    const other = await askForStream(bench, "CA2");
    const flipped = url.slice(0, -1) + (url.endsWith("A") ? "B" : "A");
    const forged = [
      flipped,
      url.slice(0, -1),
      url.replace("/CA1/", "/CA2/"),
      other.slice(0, other.lastIndexOf("/") + 1) + "x".repeat(68),
    ];
    for (const one of forged) assertEquals(await statusOf(one), 403, one);
    assertEquals(await bench.sample('kav_stream_gate_total{result="forged"}'), forged.length);
    assertEquals(await statusOf(url), 101);
  });

  it("on another path is refused with 404, and without one there is no stream", async () => {
    await using bench = new EdgeBench();
    const url = await askForStream(bench, "CA1");
    const { host, pathname } = new URL(url);
    for (const path of ["/", "/twilio/stream", "/twilio/stream/CA1", `/x${pathname}`]) {
      assertEquals(await statusOf(`ws://${host}${path}`), 404, path);
    }
    const response = await fetch(url.replace("ws:", "http:"));
    await response.body?.cancel();
    assertEquals(response.status, 405);
    assertEquals([bench.edge.calls, await statusOf(url)], [0, 101]);
  });

  it("that is no HTTP as it should be is refused with 400, and logged sparingly", async () => {
    await using bench = new EdgeBench();
    for (const host of ["a b", "x:99999", "%"]) {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: bench.edge.port });
      const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(request));
      const answer = await new Response(connection.readable).text();
      assert(answer.startsWith("HTTP/1.1 400 "), answer);
    }
    assertEquals(bench.log.filter((line) => line.includes("Cannot answer a request")).length, 1);
  });
});
