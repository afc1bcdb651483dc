import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { callTo, LONG_MS, LOUD } from "./scripted_call.ts";
import { mark, media } from "./scripted_server.ts";

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
