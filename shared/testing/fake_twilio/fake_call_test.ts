import { describe, it } from "@std/testing/bdd";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { decodeWav } from "shared/media/wav.ts";
import { placeCall } from "./fake_twilio.ts";
import { callTo, connectTwiml, LONG_MS, LOUD } from "./scripted_call.ts";
import { media, ScriptedServer } from "./scripted_server.ts";

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
    assertEquals([end.by, end.code, end.verbs.map((verb) => verb.verb)], ["caller", 1000, [
      "Connect",
    ]]);
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
    const end = await call.untilEnded(LONG_MS);
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
  it("is a stereo WAV of both sides on one time axis", async () => {
    const { server, call } = await callTo((stream) => stream.send(media(LOUD)));
    await using _ = server;
    await call.play(LOUD);
    await call.untilEvent("media", LONG_MS);
    await call.untilSilence(20, LONG_MS);
    await call.hangUp();
    const { sampleRateHz, channels } = decodeWav(call.recording());
    assertEquals(sampleRateHz, 8_000);
    const soundingAt = channels.map((samples) => samples.findIndex((sample) => sample !== 0) / 8);
    const startedAtMs = call.timeline.last("stream_started")!.atMs - call.startedMs;
    const arrivedAtMs = call.timeline.last("media")!.atMs - call.startedMs;
    assert(soundingAt[0]! >= startedAtMs - 20, `spoke at ${soundingAt[0]} ms`);
    assertAlmostEquals(soundingAt[1]!, arrivedAtMs, 1);
    for (const samples of channels) {
      assertEquals(samples.filter((sample) => sample !== 0).length, FRAME_BYTES);
    }
  });
});
