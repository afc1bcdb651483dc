import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { MAX_PAYLOAD_BYTES, parseTwilioMessage, type TwilioProblem } from "./message.ts";

const SID = { sequenceNumber: "4", streamSid: "MZ1" };
const MEDIA = { track: "inbound", chunk: "2", timestamp: "40", payload: "/38A" };
const START = {
  streamSid: "MZ1",
  accountSid: "AC1",
  callSid: "CA1",
  tracks: ["inbound"],
  customParameters: { business: "demo", leg: "0" },
  mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
};

function parse(value: unknown) {
  return parseTwilioMessage(JSON.stringify(value));
}

function parsed(value: unknown) {
  const result = parse(value);
  assert(result.ok, `refused: ${JSON.stringify(result)}`);
  return result.message;
}

function problem(value: unknown): [TwilioProblem, string] {
  const result = parse(value);
  assert(!result.ok, `taken: ${JSON.stringify(result)}`);
  return [result.reason, result.detail];
}

describe("parseTwilioMessage()", () => {
  it("reads `connected`", () => {
    assertEquals(parsed({ event: "connected", protocol: "Call", version: "1.0.0" }), {
      event: "connected",
    });
  });

  it("reads `start` with its parameters and format", () => {
    assertEquals(parsed({ event: "start", ...SID, start: START }), {
      event: "start",
      sequenceNumber: 4,
      streamSid: "MZ1",
      callSid: "CA1",
      accountSid: "AC1",
      tracks: ["inbound"],
      customParameters: { business: "demo", leg: "0" },
      mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
    });
  });

  it("reads `start` without parameters, and a format whose numbers are strings", () => {
    const { customParameters: _, ...bare } = START;
    const mediaFormat = { encoding: "audio/l16", sampleRate: "16000", channels: "2" };
    const message = parsed({ event: "start", ...SID, start: { ...bare, mediaFormat } });
    assert(message.event === "start");
    assertEquals(message.customParameters, {});
    assertEquals(message.mediaFormat, { encoding: "audio/l16", sampleRate: 16000, channels: 2 });
  });

  it("reads `media`", () => {
    assertEquals(parsed({ event: "media", ...SID, media: MEDIA }), {
      event: "media",
      sequenceNumber: 4,
      streamSid: "MZ1",
      track: "inbound",
      chunk: 2,
      timestampMs: 40,
      payload: Uint8Array.of(0xff, 0x7f, 0x00),
    });
  });

  it("reads `mark`, `dtmf` and `stop`", () => {
    const base = { sequenceNumber: 4, streamSid: "MZ1" };
    assertEquals(parsed({ event: "mark", ...SID, mark: { name: "kp:1" } }), {
      event: "mark",
      ...base,
      name: "kp:1",
    });
    assertEquals(parsed({ event: "dtmf", ...SID, dtmf: { track: "inbound_track", digit: "#" } }), {
      event: "dtmf",
      ...base,
      digit: "#",
    });
    assertEquals(parsed({ event: "stop", ...SID, stop: { accountSid: "AC1", callSid: "CA1" } }), {
      event: "stop",
      ...base,
    });
  });

  it("takes numbers that are written as numbers", () => {
    const message = parsed({
      event: "media",
      sequenceNumber: 4,
      streamSid: "MZ1",
      media: { ...MEDIA, chunk: 2, timestamp: 40 },
    });
    assert(message.event === "media");
    assertEquals([message.sequenceNumber, message.chunk, message.timestampMs], [4, 2, 40]);
  });

  it("refuses what is no JSON object", () => {
    for (const text of ["", "{", "hello", '{"event":"media"']) {
      const result = parseTwilioMessage(text);
      assertEquals(result.ok ? "taken" : result.reason, "not_json", text);
    }
    for (const text of ["null", "[]", "4", '"media"', "true"]) {
      const result = parseTwilioMessage(text);
      assertEquals(result.ok ? "taken" : result.reason, "not_object", text);
    }
  });

  it("refuses an event that it does not know, and shows little of it", () => {
    assertEquals(problem({}), ["unknown_event", "event of type undefined"]);
    assertEquals(problem({ event: 4 }), ["unknown_event", "event of type number"]);
    assertEquals(problem({ event: "toString" }), ["unknown_event", '"toString"']);
    assertEquals(problem({ event: "x\n".repeat(500) })[1].length, 2 + 16 * 3);
  });

  const fields: [string, unknown][] = [
    ["sequenceNumber", { event: "media", streamSid: "MZ1", media: MEDIA }],
    ["sequenceNumber", { event: "mark", ...SID, sequenceNumber: "-1", mark: { name: "a" } }],
    ["sequenceNumber", { event: "stop", ...SID, sequenceNumber: "1e3" }],
    ["sequenceNumber", { event: "dtmf", ...SID, sequenceNumber: 1.5, dtmf: { digit: "1" } }],
    ["sequenceNumber", { event: "start", ...SID, sequenceNumber: "", start: START }],
    ["sequenceNumber", { event: "stop", ...SID, sequenceNumber: "9".repeat(16) }],
    ["streamSid", { event: "stop", sequenceNumber: "4" }],
    ["streamSid", { event: "media", ...SID, streamSid: "", media: MEDIA }],
    ["streamSid", { event: "mark", ...SID, streamSid: 4, mark: { name: "a" } }],
    ["streamSid", { event: "dtmf", ...SID, streamSid: null, dtmf: { digit: "1" } }],
    ["streamSid", { event: "start", ...SID, streamSid: {}, start: START }],
    ["media", { event: "media", ...SID }],
    ["media", { event: "media", ...SID, media: [MEDIA] }],
    ["media.track", { event: "media", ...SID, media: { ...MEDIA, track: 1 } }],
    ["media.chunk", { event: "media", ...SID, media: { ...MEDIA, chunk: " 1" } }],
    ["media.timestamp", { event: "media", ...SID, media: { ...MEDIA, timestamp: "0x10" } }],
    ["media.timestamp", { event: "media", ...SID, media: { ...MEDIA, timestamp: "2147483649" } }],
    ["mark", { event: "mark", ...SID, mark: null }],
    ["mark.name", { event: "mark", ...SID, mark: {} }],
    ["dtmf", { event: "dtmf", ...SID, dtmf: "1" }],
    ["dtmf.digit", { event: "dtmf", ...SID, dtmf: { digit: "E" } }],
    ["dtmf.digit", { event: "dtmf", ...SID, dtmf: { digit: "12" } }],
    ["dtmf.digit", { event: "dtmf", ...SID, dtmf: { digit: "1\n" } }],
    ["dtmf.digit", { event: "dtmf", ...SID, dtmf: { digit: 1 } }],
    ["start", { event: "start", ...SID }],
    ["start.callSid", { event: "start", ...SID, start: { ...START, callSid: "" } }],
    ["start.accountSid", { event: "start", ...SID, start: { ...START, accountSid: 1 } }],
    ["start.tracks", { event: "start", ...SID, start: { ...START, tracks: "inbound" } }],
    ["start.tracks", { event: "start", ...SID, start: { ...START, tracks: [1] } }],
    [
      "start.customParameters",
      { event: "start", ...SID, start: { ...START, customParameters: { leg: 0 } } },
    ],
    [
      "start.customParameters",
      { event: "start", ...SID, start: { ...START, customParameters: ["a"] } },
    ],
    ["start.mediaFormat", { event: "start", ...SID, start: { ...START, mediaFormat: null } }],
    [
      "start.mediaFormat",
      { event: "start", ...SID, start: { ...START, mediaFormat: { encoding: "audio/x-mulaw" } } },
    ],
  ];

  it("names the field that is wrong", () => {
    for (const [field, message] of fields) {
      const [reason, detail] = problem(message);
      assertEquals([reason, detail.split(":")[0]], ["bad_field", field], JSON.stringify(message));
    }
  });

  it("never repeats a caller's digits", () => {
    const [, detail] = problem({ event: "dtmf", ...SID, dtmf: { digit: "777" } });
    assertEquals(detail.includes("777"), false);
  });

  it("takes payloads of 1 to 8,000 bytes and no others", () => {
    for (const bytes of [1, 160, MAX_PAYLOAD_BYTES]) {
      const payload = new Uint8Array(bytes).toBase64();
      const message = parsed({ event: "media", ...SID, media: { ...MEDIA, payload } });
      assert(message.event === "media");
      assertEquals(message.payload.length, bytes);
    }
    for (const bytes of [0, MAX_PAYLOAD_BYTES + 1]) {
      const payload = new Uint8Array(bytes).toBase64();
      assertEquals(problem({ event: "media", ...SID, media: { ...MEDIA, payload } }), [
        "bad_payload",
        `media.payload: 1 to 8000 bytes, received ${bytes}`,
      ]);
    }
  });

  it("refuses a payload that is not base64", () => {
    for (const payload of ["a", "!!!!", "_-8=", "AAAA=AAA", 4, null, undefined]) {
      assertEquals(problem({ event: "media", ...SID, media: { ...MEDIA, payload } }), [
        "bad_payload",
        "media.payload: base64",
      ]);
    }
  });

  it("gives back any payload, byte for byte", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), (bytes) => {
      const payload = bytes.toBase64();
      const message = parsed({ event: "media", ...SID, media: { ...MEDIA, payload } });
      assert(message.event === "media");
      assertEquals([...message.payload], [...bytes]);
    }));
  });

  it("never throws, whatever the JSON", () => {
    const event = fc.constantFrom("connected", "start", "media", "dtmf", "mark", "stop");
    const anyFields = fc.record({
      event,
      sequenceNumber: fc.oneof(fc.jsonValue(), fc.nat().map(String)),
      streamSid: fc.oneof(fc.jsonValue(), fc.string()),
      start: fc.jsonValue(),
      media: fc.oneof(
        fc.jsonValue(),
        fc.record({
          track: fc.string(),
          chunk: fc.nat(),
          timestamp: fc.nat(),
          payload: fc.string(),
        }),
      ),
      dtmf: fc.jsonValue(),
      mark: fc.jsonValue(),
    }, { requiredKeys: ["event"] });
    fc.assert(fc.property(fc.oneof(anyFields, fc.jsonValue()), (value) => {
      const result = parse(value);
      assertEquals(typeof result.ok, "boolean");
    }));
    fc.assert(fc.property(fc.string(), (text) => {
      assertEquals(typeof parseTwilioMessage(text).ok, "boolean");
    }));
  });
});
