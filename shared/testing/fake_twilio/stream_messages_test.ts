import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readServerMessage, type ServerMessage, TwilioMessages } from "./stream_messages.ts";

const SID = "MZ1";

describe("TwilioMessages", () => {
  it("writes every message as Twilio does: numbers as strings, numbered from 1 at start", () => {
    const messages = new TwilioMessages({
      streamSid: SID,
      accountSid: "AC1",
      callSid: "CA1",
      parameters: { business: `"demo"` },
    });
    const sent = [
      messages.connected(),
      messages.start(),
      messages.media("AAAA", 0),
      messages.media("/w==", 20),
      messages.dtmf("#"),
      messages.mark(`a"b`),
      messages.stop(),
    ].map((text) => JSON.parse(text));
    assertEquals(sent, [
      { event: "connected", protocol: "Call", version: "1.0.0" },
      {
        event: "start",
        sequenceNumber: "1",
        start: {
          accountSid: "AC1",
          streamSid: SID,
          callSid: "CA1",
          tracks: ["inbound"],
          mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
          customParameters: { business: `"demo"` },
        },
        streamSid: SID,
      },
      {
        event: "media",
        sequenceNumber: "2",
        media: { track: "inbound", chunk: "1", timestamp: "0", payload: "AAAA" },
        streamSid: SID,
      },
      {
        event: "media",
        sequenceNumber: "3",
        media: { track: "inbound", chunk: "2", timestamp: "20", payload: "/w==" },
        streamSid: SID,
      },
      {
        event: "dtmf",
        sequenceNumber: "4",
        dtmf: { track: "inbound_track", digit: "#" },
        streamSid: SID,
      },
      { event: "mark", sequenceNumber: "5", mark: { name: `a"b` }, streamSid: SID },
      {
        event: "stop",
        sequenceNumber: "6",
        stop: { accountSid: "AC1", callSid: "CA1" },
        streamSid: SID,
      },
    ]);
  });
});

describe("readServerMessage()", () => {
  const good: readonly (readonly [unknown, ServerMessage])[] = [
    [
      { event: "media", streamSid: SID, media: { payload: "AP8=" } },
      { event: "media", payload: new Uint8Array([0, 255]) },
    ],
    [
      { event: "mark", streamSid: SID, mark: { name: "kp:1" } },
      { event: "mark", name: "kp:1" },
    ],
    [{ event: "clear", streamSid: SID }, { event: "clear" }],
  ];
  for (const [json, message] of good) {
    it(`takes ${JSON.stringify(json)}`, () => {
      assertEquals(readServerMessage(JSON.stringify(json), SID), { ok: true, message });
    });
  }

  const bad: readonly (readonly [string, number, string])[] = [
    ["{", 31950, "not JSON"],
    ["[]", 31951, "not an object"],
    [`{"event":"pause","streamSid":"MZ1"}`, 31951, "unknown event"],
    [`{"streamSid":"MZ1"}`, 31951, "unknown event"],
    [`{"event":"clear","streamSid":"MZ2"}`, 31951, "streamSid"],
    [`{"event":"clear"}`, 31951, `missing field "streamSid"`],
    [`{"event":"clear","streamSid":"MZ1","x":1}`, 31951, `extra field "x"`],
    [`{"event":"mark","streamSid":"MZ1","mark":{"name":""}}`, 31951, "name is not a text"],
    [`{"event":"mark","streamSid":"MZ1","mark":{"name":5}}`, 31951, "name is not a text"],
    [`{"event":"mark","streamSid":"MZ1","mark":"a"}`, 31951, "no object"],
    [`{"event":"media","streamSid":"MZ1","media":{}}`, 31951, `missing field "payload"`],
    [
      `{"event":"media","streamSid":"MZ1","media":{"payload":"AA==","track":"outbound"}}`,
      31951,
      `extra field "track"`,
    ],
    [`{"event":"media","streamSid":"MZ1","media":{"payload":"*"}}`, 31951, "not base64"],
    [`{"event":"media","streamSid":"MZ1","media":{"payload":""}}`, 31951, "payload"],
  ];
  for (const [text, code, problem] of bad) {
    it(`warns ${code} for ${text}`, () => {
      const result = readServerMessage(text, SID);
      assert(!result.ok);
      assertEquals(result.warning.code, code);
      assertStringIncludes(result.warning.message, problem);
    });
  }
});
