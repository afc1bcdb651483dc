import { assert, assertEquals, assertFalse } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { z } from "zod";
import { decodeJson, encodeJson } from "./codec.ts";
import * as messages from "./messages.ts";

type Fields = Record<string, unknown>;

interface Case {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Accepted as they are. */
  readonly accepted: readonly Fields[];
  /** Changes to the first accepted one that make it refused. `undefined` takes the field away. */
  readonly refused: readonly Fields[];
}

const NOT_U16 = [-1, 65_536, 1.5, "1", null, undefined];
const NOT_POSITION = [-2, 0.5, "0", undefined];
const each = (field: string, values: readonly unknown[]) =>
  values.map((value) => ({ [field]: value }));

const speech = { epoch: 1, speech: 1 };
const range = { from_seq: 0, to_seq: 9, onset_ms: 20, last_voiced_ms: 180 };
const final = { ...speech, ...range, kind: "final" };
const offer = {
  call: "CA1",
  leg: 0,
  epoch: 0,
  business: "demo",
  not: ["i-1"],
  window: 9,
  next_utterance: 1,
  next_seq: 0,
  utterances: [{ utterance: 1, sent: 20, heard: 10 }],
  heard: [{ ...final, text: "hello", promoted: true }],
};
const control = { epoch: 1, control_seq: 1, after_seq: -1 };
const begin = {
  ...control,
  kind: "utterance_begin",
  utterance: 1,
  role: "reply",
  turn: 1,
  interruptible: true,
};

const CASES: readonly Case[] = [
  {
    name: "offer",
    schema: messages.offer,
    accepted: [offer, { ...offer, not: [], utterances: [], heard: [], leg: 255, epoch: 65_535 }],
    refused: [
      ...each("call", ["", "a.b", "CA 1", "a".repeat(65), 1, undefined]),
      ...each("leg", [-1, 256, undefined]),
      ...each("epoch", NOT_U16),
      ...each("not", [["a.b"], "i-1", Array(65).fill("i"), undefined]),
      ...each("window", [0, 65, undefined]),
      ...each("utterances", [[{ utterance: 1, sent: 20 }], [{ utterance: 1, sent: -1, heard: 0 }]]),
    ],
  },
  {
    name: "offerReply",
    schema: messages.offerReply,
    accepted: [
      { took: true, instance: "i-1" },
      ...["draining", "full", "excluded", "unknown_business"]
        .map((reason) => ({ took: false, instance: "i-1", reason })),
    ],
    refused: [{ took: "yes" }, { took: false }, { took: false, reason: "tired" }, { instance: "" }],
  },
  {
    name: "rxEvent",
    schema: messages.rxEvent,
    accepted: [
      { event: 1, kind: "dtmf", digit: "#", stream_ms: 0 },
      { event: 2, kind: "assigned", stt_epoch: 0, dialog_epoch: 256 },
      { event: 3, kind: "mark_played", utterance: 1, name: "greeting_end" },
      { event: 4, kind: "mark_cleared", utterance: 1, name: "end" },
      { event: 5, kind: "ended", reason: "hangup" },
    ],
    refused: [
      ...each("event", [-1, 4_294_967_296, undefined]),
      ...each("digit", ["", "12", "E", "x", 1, undefined]),
      ...each("kind", ["mark", undefined]),
      { kind: "mark_played", utterance: 1, name: "" },
      { kind: "assigned", stt_epoch: 0 },
      { kind: "ended", reason: "r".repeat(65) },
    ],
  },
  {
    name: "ack",
    schema: messages.ack,
    accepted: [
      { epoch: 0, written_seq: -1, covered_seq: -1, q: 0, drops: 0, write_ms: 0.4 },
    ],
    refused: [
      ...each("epoch", NOT_U16),
      ...each("written_seq", NOT_POSITION),
      ...each("covered_seq", NOT_POSITION),
      ...each("write_ms", [-0.1, "0", null, undefined]),
    ],
  },
  {
    name: "speech",
    schema: messages.speech,
    accepted: [
      { ...speech, ...range, kind: "final", text: "opening hours", promoted: false },
      { ...speech, kind: "speech_started", onset_ms: 20, seq: 1 },
      { ...speech, kind: "partial", text: "", onset_ms: 20, to_seq: 4 },
      { ...speech, ...range, kind: "rejected" },
      { ...speech, kind: "speech_ended", last_voiced_ms: 100 },
    ],
    refused: [
      ...each("epoch", NOT_U16),
      ...each("text", ["x".repeat(8_001), null, undefined]),
      ...each("from_seq", [-1, undefined]),
      ...each("promoted", ["no", undefined]),
      ...each("kind", ["whisper", undefined]),
    ],
  },
  {
    name: "txControl",
    schema: messages.txControl,
    accepted: [
      begin,
      { ...begin, role: "greeting", reply_to: { epoch: 0, speech: 3 }, llm_ms: 240, tts_ms: 0.5 },
      { ...control, kind: "mark", utterance: 1, name: "greeting_end" },
      { ...control, kind: "utterance_end", utterance: 1 },
      { ...control, kind: "clear", through: 3 },
      { ...control, kind: "hangup", reason: "goodbye" },
      { ...control, kind: "transfer", to: "+15551234567" },
      { ...control, kind: "fallback", reason: "no_speech" },
      { kind: "sync", epoch: 1, seq: -1 },
      { kind: "sync", epoch: 1, seq: 9, event: 4 },
    ],
    refused: [
      ...each("epoch", NOT_U16),
      ...each("control_seq", [-1, undefined]),
      ...each("after_seq", NOT_POSITION),
      ...each("role", ["shout", undefined]),
      ...each("reply_to", [{ epoch: 1 }, 1, null]),
      { kind: "clear" },
      { kind: "fallback", reason: "" },
      { kind: "fallback", reason: "x".repeat(65) },
      { kind: "fallback", reason: undefined },
      { kind: "transfer", to: "15551234567" },
      { kind: "transfer", to: "+0123456789" },
      { kind: "sync", seq: -2 },
      { kind: "sync", seq: 0, event: -1 },
    ],
  },
  {
    name: "controlReply",
    schema: messages.controlReply,
    accepted: [
      { ok: true, control_seq: 1 },
      { ok: false, control_seq: 1, reason: "stale_epoch" },
      { ok: false, control_seq: 1, reason: "ended" },
    ],
    refused: [{ ok: false }, { ok: false, reason: "no" }, { control_seq: undefined }],
  },
  {
    name: "credit",
    schema: messages.credit,
    accepted: [
      {
        epoch: 0,
        consumed_seq: -1,
        cleared_through: 0,
        cleared: [{ utterance: 1, sent: 2, heard: 1 }],
        queued: 0,
        paused: false,
        stream_ms: 0,
      },
    ],
    refused: [
      ...each("epoch", NOT_U16),
      ...each("consumed_seq", NOT_POSITION),
      ...each("cleared", [Array(17).fill({ utterance: 1, sent: 2, heard: 1 }), [{}], undefined]),
      ...each("paused", [0, undefined]),
    ],
  },
  {
    name: "heartbeat",
    schema: messages.heartbeat,
    accepted: [{ instance: "i-1", calls: ["CA1"], capacity: 100, draining: false }],
    refused: [...each("calls", [["a.b"], "CA1", undefined]), ...each("capacity", [-1, undefined])],
  },
  {
    name: "promptChanged",
    schema: messages.promptChanged,
    accepted: [{ business_id: "demo", version: 1 }],
    refused: [...each("business_id", ["", "a.b", undefined]), ...each("version", [-1, "1"])],
  },
];

for (const { name, schema, accepted, refused } of CASES) {
  describe(`messages.${name}`, () => {
    accepted.forEach((value, i) => {
      it(`takes valid message ${i + 1} through the wire unchanged`, () => {
        assertEquals(decodeJson(schema, encodeJson(value)), { ok: true, value });
      });
    });

    for (const change of refused) {
      it(`refuses ${JSON.stringify(change, (_, value) => value ?? null).slice(0, 70)}`, () => {
        assertFalse(decodeJson(schema, encodeJson({ ...accepted[0], ...change })).ok);
      });
    }

    it("ignores a field of a later version", () => {
      assert(decodeJson(schema, encodeJson({ ...accepted[0], later: 1 })).ok);
    });
  });
}
