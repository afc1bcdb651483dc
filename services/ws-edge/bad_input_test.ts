import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { EdgeBench, eventually, streamSidOf } from "./testing/edge_bench.ts";
import type { SttLine } from "./testing/worker_line.ts";

const LOUD = new Uint8Array(FRAME_BYTES).fill(0x10).toBase64();

type Fields = Record<string, unknown>;

const message = (event: string, streamSid: string, body: Fields, more: Fields = {}) =>
  JSON.stringify({ event, sequenceNumber: "1", streamSid, [event]: body, ...more });

const media = (streamSid: string, fields: Fields) =>
  message("media", streamSid, {
    track: "inbound",
    chunk: "1",
    timestamp: "0",
    payload: LOUD,
    ...fields,
  });

const secondStart = (streamSid: string) =>
  message("start", streamSid, {
    streamSid,
    accountSid: "AC1",
    callSid: "CAother",
    tracks: ["inbound"],
    customParameters: { business: "other" },
    mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
  });

interface BadInput {
  readonly what: string;
  readonly reason: string;
  readonly messages: (streamSid: string) => (string | Uint8Array)[];
}

/** Nothing of it may reach the bus, and both this call and the one beside it go on. */
const IGNORED: readonly BadInput[] = [
  { what: "what is not JSON", reason: "not_json", messages: () => ["", "{", "hello", "\u0000"] },
  {
    what: "JSON that is no object",
    reason: "not_object",
    messages: () => ["null", "[]", "1", '"media"'],
  },
  {
    what: "an unknown event",
    reason: "unknown_event",
    messages: (sid) => [message("video", sid, {}), "{}", '{"event":7}', '{"event":"clear"}'],
  },
  {
    what: "another streamSid, a `stop` included",
    reason: "wrong_stream_sid",
    messages: () => [
      media("MZother", {}),
      message("dtmf", "MZother", { digit: "1" }),
      message("mark", "MZother", { name: "kp:1" }),
      message("stop", "MZother", {}),
    ],
  },
  {
    what: "a payload that is not base64, empty, or over 8,000 bytes",
    reason: "bad_payload",
    messages: (sid) => [
      media(sid, { payload: "%%%" }),
      media(sid, { payload: "AA=A" }),
      media(sid, { payload: "" }),
      media(sid, { payload: 5 }),
      media(sid, { payload: new Uint8Array(8_001).fill(0x10).toBase64() }),
    ],
  },
  {
    what: "binary frames",
    reason: "binary",
    messages: () => [new Uint8Array(FRAME_BYTES), new Uint8Array(), new Uint8Array(64 * 1024)],
  },
  {
    what: "a strange digit",
    reason: "bad_field",
    messages: (sid) => ["E", "12", "", "١", 5].map((digit) => message("dtmf", sid, { digit })),
  },
  {
    what: "fields that are missing or out of range",
    reason: "bad_field",
    messages: (sid) => [
      media(sid, { timestamp: "-1" }),
      media(sid, { timestamp: "999999999999" }),
      media(sid, { chunk: "x" }),
      message("mark", sid, {}),
      JSON.stringify({ event: "media", streamSid: sid }),
    ],
  },
  {
    what: "another track",
    reason: "wrong_track",
    messages: (sid) => [media(sid, { track: "outbound" })],
  },
  {
    what: "a second `start`",
    reason: "second_start",
    messages: (sid) => [secondStart(sid), secondStart("MZother")],
  },
];

const isGapless = (line: SttLine) => line.frames.every(({ seq }, i) => seq === i);

describe("Bad input", () => {
  for (const { what, reason, messages } of IGNORED) {
    it(`${what}: counted as ${reason}, logged once, and all calls go on`, async () => {
      await using bench = new EdgeBench();
      const calls = await Promise.all([bench.talk(), bench.talk()]);
      const [call] = calls;
      const bad = messages(streamSidOf(call));
      for (const one of bad) call.sendRaw(one);
      await eventually(async () => await bench.badInput(reason) === bad.length, reason);
      await Promise.all([bench.flows(calls), ...calls.map((one) => bench.hears(one))]);

      const line = bench.stt.line(call);
      assertEquals([bench.edge.calls, bench.stt.offers.length], [2, 2]);
      assertEquals([isGapless(line), line.audio.every((byte) => byte === 0xff)], [true, true]);
      assertEquals(line.events.map(({ kind }) => kind), ["assigned", "assigned", "mark_played"]);
      const logged = bench.log.filter((text) => text.includes(" warn "));
      assertEquals(logged.length, 1, logged.join(""));
      assertMatch(logged[0]!, new RegExp(`call=${call.callSid} reason=${reason}\\b`));
    });
  }

  it("is logged at most once in 2 s for each reason, with what was held back", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const send = async (text: string, reason: string, count: number) => {
      const before = await bench.badInput(reason);
      for (let i = 0; i < count; i++) call.sendRaw(text);
      await eventually(async () => await bench.badInput(reason) >= before + count, reason);
    };
    const logged = () => bench.log.filter((line) => line.includes("bad message from Twilio"));
    await send("{", "not_json", 5);
    await send("[]", "not_object", 2);
    await bench.logClock.advance(1_999);
    await send("{", "not_json", 1);
    assertEquals(logged().length, 2);
    await bench.logClock.advance(1);
    await send("{", "not_json", 1);
    assertEquals(logged().length, 3);
    assertMatch(logged()[2]!, /reason=not_json .*held_back=5$/m);
  });

  it("media before `start` is counted, and the call begins when `start` comes", async () => {
    await using bench = new EdgeBench();
    let start: string | undefined;
    const call = await bench.place({
      tamper: (text) => {
        if (start !== undefined || !text.startsWith('{"event":"start"')) return text;
        start = text;
        return undefined;
      },
    });
    await eventually(async () => await bench.badInput("before_start") >= 5, "media before start");
    assertEquals([bench.edge.calls, bench.stt.offers.length], [0, 0]);
    call.sendRaw(start!);
    await eventually(() => bench.stt.find(call.callSid), "the call");
    await bench.flows([call]);
    assertEquals(isGapless(bench.stt.line(call)), true);
  });
});
