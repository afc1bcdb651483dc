import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { placeCall } from "./fake_twilio.ts";
import { callTo, connectTwiml, LONG_MS, LOUD, oneStream } from "./scripted_call.ts";
import { mark, media, ScriptedServer } from "./scripted_server.ts";

describe("placeCall()", () => {
  it("asks the webhook, dials the stream and says connected and start", async () => {
    const { server, call, stream } = await callTo(() => {}, { to: "+15550109999" });
    await using _ = server;
    await call.until(() => stream.received.length >= 2, "start", LONG_MS);
    const { path, params } = server.requests[0]!;
    assertEquals(path, "/twilio/voice");
    assertEquals([params.CallSid, params.To, params.From, params.CallStatus], [
      call.callSid,
      "+15550109999",
      "+15550100001",
      "ringing",
    ]);
    assertEquals(stream.path, "/stream/token-1");
    assertEquals(stream.received[0]!.event, "connected");
    const { start, sequenceNumber } = stream.received[1]!;
    assertEquals(sequenceNumber, "1");
    assertEquals(start?.callSid, call.callSid);
    assertEquals(start?.customParameters, { business: "demo" });
    await call.hangUp();
  });

  it("sends silence every 20 ms, numbered without a gap", async () => {
    const { server, call, stream } = await callTo(() => {});
    await using _ = server;
    await call.until(() => stream.received.length >= 40, "frames", LONG_MS);
    await call.hangUp();
    const frames = stream.received.filter((message) => message.event === "media");
    assertEquals(call.sentFrames, frames.length);
    const silence = new Uint8Array(FRAME_BYTES).fill(0xff).toBase64();
    frames.forEach((frame, i) => {
      assertEquals(frame.sequenceNumber, String(i + 2));
      assertEquals(frame.media, {
        track: "inbound",
        chunk: String(i + 1),
        timestamp: String(i * 20),
        payload: silence,
      });
    });
    const [first, last] = [frames[0]!, frames.at(-1)!];
    const meanMs = (last.atMs - first.atMs) / (frames.length - 1);
    assert(meanMs > 15 && meanMs < 30, `mean gap ${meanMs} ms`);
  });

  it("ends with the webhook's error when there is no TwiML", async () => {
    await using server = new ScriptedServer({
      twiml: ({ params }) =>
        params.To === "+15550100404"
          ? new Response("no", { status: 403 })
          : new Response("<Response/>", { headers: { "content-type": "text/html" } }),
    });
    const refused = await placeCall({ webhook: server.origin, to: "+15550100404" });
    assertEquals(await refused.ended, {
      by: "error",
      code: null,
      reason: "11200: HTTP 403",
      verbs: [],
    });
    const html = await placeCall({ webhook: server.origin });
    assertEquals((await html.ended).reason, "12300: content-type text/html");
  });

  it("warns 31920 when the handshake is refused, and goes on behind the stream", async () => {
    await using server = new ScriptedServer({
      twiml: (request) =>
        request.path === "/twilio/voice" ? connectTwiml(request) : "<Say>sorry</Say>",
    });
    const call = await placeCall({ webhook: server.origin });
    const end = await call.ended;
    assertEquals(end.verbs.map((verb) => verb.verb), ["Connect", "Redirect", "Say"]);
    assertEquals(call.timeline.of("warning").map(({ code, message }) => [code, message]), [
      [31920, "HTTP 403"],
    ]);
  });

  it("runs twenty calls at once", async () => {
    await using server = new ScriptedServer(oneStream((stream) => {
      stream.onMessage = ({ event }) => {
        if (event !== "start") return;
        for (let i = 0; i < 5; i++) stream.send(media(LOUD));
        stream.send(mark("end"));
      };
    }));
    const calls = await Promise.all(
      Array.from({ length: 20 }, () => placeCall({ webhook: server.origin })),
    );
    await Promise.all(calls.map((call) => call.untilMark("end", LONG_MS)));
    await Promise.all(calls.map((call) => call.hangUp()));
    assertEquals(new Set(calls.map((call) => call.callSid)).size, 20);
    assertEquals(
      server.streams.map(({ received }) => received.at(-1)!.event),
      new Array(20).fill("stop"),
    );
    for (const call of calls) assertEquals(call.audibleMs(0, Infinity), 100);
  });
});

describe("placeCall() with a token", () => {
  const TOKEN = "secret";

  async function hmac(text: string): Promise<string> {
    const encode = (value: string) => new TextEncoder().encode(value);
    const algorithm = { name: "HMAC", hash: "SHA-1" };
    const key = await crypto.subtle.importKey("raw", encode(TOKEN), algorithm, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(text))).toBase64();
  }

  const formText = (params: Readonly<Record<string, string>>) =>
    Object.entries(params).sort(([a], [b]) => a < b ? -1 : 1).flat().join("");

  it("signs webhook, handshake and redirect, each over its own URL", async () => {
    const { server, call, stream } = await callTo((stream) => stream.socket.close(1000), {
      authToken: TOKEN,
    });
    await using _ = server;
    await call.ended;
    const [voice, next] = server.requests;
    assertEquals(
      voice!.signature,
      await hmac(`${server.origin}/twilio/voice${formText(voice!.params)}`),
    );
    assertEquals(
      next!.signature,
      await hmac(`${server.origin}/twilio/next?leg=0${formText(next!.params)}`),
    );
    assertEquals(next!.params.CallStatus, "in-progress");
    const streamUrl = `${server.streamOrigin.replace("ws:", "wss:")}/stream/token-1`;
    assertEquals(stream.signature, await hmac(streamUrl));
  });

  it("signs the public URL while it dials this machine", async () => {
    await using server = new ScriptedServer({
      twiml: ({ path }) =>
        path === "/twilio/voice"
          ? `<Connect><Stream url="wss://kav.example/s/1"/></Connect>`
          : "<Hangup/>",
      stream: ({ socket }) => socket.onopen = () => socket.close(1000),
    });
    const call = await placeCall({
      webhook: server.origin,
      publicUrl: "https://kav.example",
      authToken: TOKEN,
      signedStreamUrl: (url) => `${url}/`,
    });
    await call.ended;
    const { signature, params } = server.requests[0]!;
    assertEquals(signature, await hmac(`https://kav.example/twilio/voice${formText(params)}`));
    assertEquals(server.streams[0]!.path, "/s/1");
    assertEquals(server.streams[0]!.signature, await hmac("wss://kav.example/s/1/"));
  });
});
