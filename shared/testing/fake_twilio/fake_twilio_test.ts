import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { type CallOptions, placeCall } from "./fake_twilio.ts";
import {
  mark,
  media,
  type Script,
  type ScriptedRequest,
  ScriptedServer,
  type ScriptedStream,
} from "./scripted_server.ts";

const LOUD = new Uint8Array(FRAME_BYTES).fill(0x10);
/** Waits that only a broken call outlives. */
const LONG_MS = 10_000;

/** TwiML of a stream with one parameter and a redirect behind it. */
function connectTwiml({ origin }: ScriptedRequest): string {
  const url = `${origin.replace("http", "ws")}/stream/token-1`;
  return `<Connect><Stream url="${url}"><Parameter name="business" value="demo"/></Stream></Connect>` +
    `<Redirect method="POST">${origin}/twilio/next?leg=0</Redirect>`;
}

/** Connects the first time and hangs up afterwards. */
function oneStream(stream: (stream: ScriptedStream) => void): Script {
  return {
    twiml: (request) => request.path === "/twilio/voice" ? connectTwiml(request) : "<Hangup/>",
    stream,
  };
}

/** A call whose server does `play` once `start` has come. */
async function callTo(play: (stream: ScriptedStream) => void, options: Partial<CallOptions> = {}) {
  const server = new ScriptedServer(oneStream((stream) => {
    stream.onMessage = (message) => {
      if (message.event === "start") play(stream);
    };
  }));
  const call = await placeCall({ webhook: server.origin, ...options });
  return { server, call, stream: server.streams[0]! };
}

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
      twiml: (request) => request.path === "/twilio/voice" ? connectTwiml(request) : "<Say>sorry</Say>",
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
    assertEquals(server.streams.map(({ received }) => received.at(-1)!.event), new Array(20).fill("stop"));
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
    assertEquals(voice!.signature, await hmac(`${server.origin}/twilio/voice${formText(voice!.params)}`));
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

describe("FakeCall as Twilio's playout", () => {
  it("gives a mark back when the audio before it has played, and at once when nothing waits", async () => {
    let sentMs = 0;
    const { server, call, stream } = await callTo((stream) => {
      sentMs = performance.now();
      stream.send(mark("empty"));
      for (let i = 0; i < 20; i++) stream.send(media(LOUD));
      stream.send(mark("played"));
    });
    await using _ = server;
    await call.untilMark("played", LONG_MS);
    await call.hangUp();
    const echoes = stream.received.filter((message) => message.event === "mark");
    assertEquals(echoes.map((echo) => echo.mark!.name), ["empty", "played"]);
    const [empty, played] = echoes.map((echo) => echo.atMs - sentMs);
    assertLess(empty!, 350);
    assert(played! >= 395 && played! < 2_000, `played after ${played} ms`);
    assertEquals(call.timeline.of("media").length, 20);
    assertEquals(call.timeline.of("media")[0]!.bufferedMs, 0);
  });

  it("empties the buffer on clear and gives all marks back", async () => {
    const { server, call, stream } = await callTo((stream) => {
      stream.send(media(new Uint8Array(80_000).fill(0x10)));
      stream.send(mark("a"));
      stream.send(mark("b"));
    });
    await using _ = server;
    await call.untilHeardSpeech(LONG_MS);
    await call.until(() => call.timeline.of("mark").length === 2, "marks", LONG_MS);
    stream.send({ event: "clear" });
    await call.untilEvent("clear", LONG_MS);
    await call.untilSilence(60, LONG_MS);
    await call.hangUp();
    assertEquals(
      call.timeline.of("echoed").map(({ name, cleared }) => [name, cleared]),
      [["a", true], ["b", true]],
    );
    const clear = call.timeline.last("clear")!;
    assert(clear.discardedMs > 1_000, `discarded ${clear.discardedMs} ms`);
    const heardMs = call.audibleMs(call.startedMs, call.nowMs);
    assert(Math.abs(heardMs + clear.discardedMs - 10_000) < 1, `heard ${heardMs} ms`);
    await assertRejects(() => call.untilMark("a", 100), Error, "Cannot wait for echoed");
  });

  it("warns about what Twilio would not take, and plays on", async () => {
    const { server, call } = await callTo((stream) => {
      stream.socket.send("{");
      stream.socket.send(new Uint8Array([1, 2]));
      stream.send({ event: "pause" });
      stream.send({ event: "clear", streamSid: "MZother" });
      stream.send({ ...media(LOUD), track: "outbound" });
      stream.send(media(new Uint8Array(0)));
      stream.send(media(new Uint8Array(4_900_000)));
      stream.send(media(LOUD));
      stream.send(mark("end"));
    });
    await using _ = server;
    await call.untilMark("end", LONG_MS);
    await call.hangUp();
    const codes = call.timeline.of("warning").map((warning) => warning.code);
    assertEquals(codes, [31950, 31950, 31951, 31951, 31951, 31951, 31931]);
    assertEquals(call.audibleMs(0, Infinity), 20);
  });

  it("keeps marks to itself while told to", async () => {
    const { server, call, stream } = await callTo((stream) => stream.send(mark("held")), {
      echoMarks: false,
    });
    await using _ = server;
    await call.untilEvent("mark", LONG_MS);
    const before = stream.received.length;
    await call.until(() => stream.received.length > before + 5, "more frames", LONG_MS);
    assertEquals(call.timeline.of("echoed").length, 0);
    call.resumeEchoingMarks();
    await call.untilMark("held", LONG_MS);
    await call.hangUp();
  });

  it("lets the server's messages pile up while it does not read", async () => {
    const { server, call, stream } = await callTo(() => {}, { readSocket: false });
    await using _ = server;
    await call.until(() => stream.received.length >= 2, "start", LONG_MS);
    const filler = "x".repeat(64 * 1024);
    for (let i = 0; i < 400; i++) stream.socket.send(filler);
    const before = stream.received.length;
    await call.until(() => stream.received.length > before + 10, "more frames", LONG_MS);
    assert(stream.socket.bufferedAmount > 0, "the server's side is backed up");
    assertEquals(call.timeline.of("warning"), []);
    call.resumeReading();
    await call.until(() => call.timeline.of("warning").length === 400, "the filler", LONG_MS);
    await call.hangUp();
  });
});

describe("FakeCall as a caller", () => {
  it("plays audio frame by frame between silence, and presses keys", async () => {
    const { server, call, stream } = await callTo(() => {}, {
      speak: (text) => Promise.resolve(new Uint8Array(text.length * FRAME_BYTES).fill(0x20)),
    });
    await using _ = server;
    await call.say("abc");
    call.press("5");
    await call.play(new Uint8Array(200).fill(0x30));
    await call.hangUp();
    const sent = stream.received.filter(({ event }) => event === "media" || event === "dtmf")
      .map((message) => message.dtmf?.digit ?? Uint8Array.fromBase64(message.media!.payload))
      .filter((piece) => typeof piece === "string" || piece[0] !== 0xff);
    const partial = new Uint8Array(FRAME_BYTES).fill(0xff).fill(0x30, 0, 40);
    const frame = (value: number) => new Uint8Array(FRAME_BYTES).fill(value);
    assertEquals(sent, [frame(0x20), frame(0x20), frame(0x20), "5", frame(0x30), partial]);
    const spoken = call.spokenTrack();
    assertEquals(spoken.filter((byte) => byte === 0x20).length, 3 * FRAME_BYTES);
    assertEquals(call.timeline.of("spoke").map((spoke) => spoke.frames), [3, 2]);
  });

  it("hangs up with stop and a close, and nothing runs behind the stream", async () => {
    const { server, call, stream } = await callTo(() => {});
    await using _ = server;
    const end = await call.hangUp();
    assertEquals(await stream.closed, 1000);
    assertEquals(stream.received.at(-1)!.event, "stop");
    assertEquals([end.by, end.code, end.verbs.map((verb) => verb.verb)], ["caller", 1000, ["Connect"]]);
    assertEquals(server.requests.length, 1);
  });

  it("goes to a new stream when the redirect says so, with new numbering", async () => {
    await using server = new ScriptedServer({
      twiml: (request) => {
        if (request.path === "/twilio/voice") return connectTwiml(request);
        return request.path.endsWith("leg=0")
          ? connectTwiml(request).replace("leg=0", "leg=1")
          : "<Dial>+15550107777</Dial>";
      },
      stream: (stream) => {
        stream.onMessage = ({ event }) => {
          if (event === "media") stream.socket.close(1000, "next");
        };
      },
    });
    const call = await placeCall({ webhook: server.origin });
    const end = await call.ended;
    assertEquals(end.verbs.map((verb) => verb.verb), [
      "Connect",
      "Redirect",
      "Connect",
      "Redirect",
      "Dial",
    ]);
    assertEquals([end.by, end.code, end.reason], ["kav", 1000, "end of TwiML"]);
    const starts = server.streams.map((stream) => stream.received[1]!);
    assertEquals(starts.map((start) => start.sequenceNumber), ["1", "1"]);
    assertEquals(new Set(starts.map((start) => start.streamSid)).size, 2);
    assertEquals(server.streams.map((stream) => stream.received[2]!.media!.timestamp), ["0", "0"]);
  });

  it("sees a server that breaks off as 31903, and goes on behind the stream", async () => {
    const { server, call } = await callTo(() => {});
    await using _ = server;
    call.breakSocket();
    const end = await call.ended;
    assertEquals([end.by, end.code, end.reason], ["kav", null, "Hangup"]);
    assertEquals(call.timeline.of("warning").map((warning) => warning.code), [31903]);
  });

  it("pauses and jumps the stream time, and sends raw messages, as told", async () => {
    const { server, call, stream } = await callTo(() => {});
    await using _ = server;
    const frames = () => stream.received.filter((message) => message.event === "media");
    const more = (count: number) => {
      const target = frames().length + count;
      return call.until(() => frames().length >= target, "frames", LONG_MS);
    };
    await more(3);
    call.pauseMedia(100);
    await more(3);
    call.jumpTimestamp(1_000);
    await more(3);
    call.pauseMedia(100, "burst");
    await more(8);
    call.sendRaw(`{"event":"odd"}`);
    await call.until(() => stream.received.some(({ event }) => event === "odd"), "odd", LONG_MS);
    await call.hangUp();
    const times = frames().map((frame) => Number(frame.media!.timestamp));
    const steps = times.slice(1).map((time, i) => time - times[i]!).filter((step) => step !== 20);
    assertEquals(steps, [120, 1_020]);
  });

  it("lets `tamper` change and hold back what leaves", async () => {
    const { server, call, stream } = await callTo(() => {}, {
      tamper: (message) =>
        message.includes(`"connected"`) ? undefined : message.replace("audio/x-mulaw", "audio/l16"),
    });
    await using _ = server;
    await call.until(() => stream.received.length > 0, "start", LONG_MS);
    await call.hangUp();
    const { event, start } = stream.received[0]!;
    assertEquals(event, "start");
    assertEquals((start!.mediaFormat as { encoding: string }).encoding, "audio/l16");
  });

  it("rejects waits when the call ends", async () => {
    const { server, call } = await callTo(() => {});
    await using _ = server;
    const rejected = assertRejects(
      () => call.untilHeardSpeech(LONG_MS),
      Error,
      "Cannot wait for something to hear: during the call, received its end",
    );
    await call.hangUp();
    await rejected;
  });
});

describe("FakeCall.recording()", () => {
  it("is a stereo WAV of both sides, aligned", async () => {
    const { server, call } = await callTo((stream) => stream.send(media(LOUD)));
    await using _ = server;
    await call.play(LOUD);
    await call.untilEvent("media", LONG_MS);
    await call.untilSilence(20, LONG_MS);
    await call.hangUp();
    const wav = call.recording();
    const view = new DataView(wav.buffer, wav.byteOffset);
    assertEquals(new TextDecoder().decode(wav.subarray(0, 4)), "RIFF");
    assertEquals([view.getUint16(22, true), view.getUint32(24, true)], [2, 8000]);
    const samples = Math.max(call.spokenTrack().length, call.heardTrack().length);
    assert(wav.length >= 44 + samples * 4);
  });
});
