import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { txLine } from "services/ws-edge/telemetry/lines.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { TxTelemetry } from "shared/bus/telemetry.ts";
import { jsonLine, readableLine, shortSubject } from "./line.ts";

const at = new Date(2026, 0, 2, 3, 4, 5, 6);
const TIME = "03:04:05.006";
const CALL = "CA1";

const line = (subject: string, data: Uint8Array) => readableLine({ subject, data, at });
const of = (subject: string, value: unknown) => line(subject, encodeJson(value));

const TX: TxTelemetry = {
  call: CALL,
  fps: 50,
  q: 6,
  drops: 0,
  late_p99_ms: 1.84,
  resyncs: 0,
  underruns: 0,
  catch_ups: 0,
  lost: 0,
  unconfirmed: 3,
  stalls: 0,
};
const RX = { call: CALL, fps_in: 50, q: 2, drops: 0, write_ms: 0.4 };
const LATENCY = {
  call: CALL,
  turn: 3,
  stt_partial_ms: 610,
  stt_final_ms: 1120,
  llm_ms: null,
  tts_ms: 130,
  total_ms: 1580,
};

describe("readableLine()", () => {
  for (
    const [kind, value, said] of [
      ["tx", TX, txLine(TX)],
      ["rx", RX, "[RX] fps_in=50 q=2 drops=0 write_ms=0.4 call=CA1"],
      [
        "latency",
        LATENCY,
        "[LATENCY] turn=3 stt_partial=610ms stt_final=1120ms llm=- tts=130ms total=1580ms call=CA1",
      ],
      ["call", { call: CALL, event: "final", chars: 31 }, "✅ [FINAL] chars=31 call=CA1"],
      [
        "call",
        { call: CALL, event: "greeting", greeting_ms: 23.4, greeting_source: "memory" },
        "[GREETING] greeting_ms=23 greeting_source=memory call=CA1",
      ],
      [
        "call",
        { call: CALL, event: "barge_in", barge_in_ms: 309.6, turn: 3 },
        "[BARGE_IN] barge_in_ms=310 turn=3 call=CA1",
      ],
      ["call", { call: CALL, event: "greeting" }, "call=CA1 event=greeting"],
      [
        "call",
        { call: CALL, event: "ended", reason: "hangup" },
        "call=CA1 event=ended reason=hangup",
      ],
      ["tx", { call: CALL, fps: "50" }, "call=CA1 fps=50"],
      ["rx", null, "null"],
    ] as const
  ) {
    it(`says telemetry.${kind} ${JSON.stringify(value)} as the edge does, if the edge does`, () => {
      assertEquals(
        of(`kav.telemetry.${kind}.${CALL}`, value),
        `${TIME} ${`telemetry.${kind}`.padEnd(18)} ${said}`,
      );
    });
  }

  it("counts what was said in a call, and does not say it", () => {
    const ended = { call: CALL, turns: [{ asked: "my name is Dana" }, {}], notes: ["call Dana"] };
    assertEquals(of("kav.event.call.ended", ended).includes("Dana"), false);
    assert(of("kav.event.call.ended", ended).endsWith(`call=${CALL} turns=2 notes=1`));
  });

  it("says any other JSON as fields", () => {
    assertEquals(
      of("kav.event.call.ended", {
        call: CALL,
        why: "no answer",
        n: [1, { a: null }],
        e: "",
        q: 'a"b',
      }),
      `${TIME} event.call.ended   call=CA1 why="no answer" n=[1,{"a":null}] e="" q="a\\"b"`,
    );
  });

  for (
    const [what, data, said] of [
      ["nothing", new Uint8Array(), "0 bytes"],
      ["text", new TextEncoder().encode("hello {"), '7 bytes "hello {"'],
      ["long text", new TextEncoder().encode("x".repeat(100)), `100 bytes "${"x".repeat(80)}"...`],
      ["bytes", Uint8Array.of(0x10, 0xff), "2 bytes 10 ff"],
      ["many bytes", new Uint8Array(40).fill(0xff), `40 bytes ${"ff ".repeat(32)}...`],
      ["zeros", new Uint8Array(2), "2 bytes 00 00"],
      ["a list", encodeJson([1, "a"]), '[1,"a"]'],
    ] as const
  ) {
    it(`shows ${what} that is no JSON object`, () => {
      assertEquals(line("a.b", data), `${TIME} ${"a.b".padEnd(18)} ${said}`);
    });
  }

  it("escapes what moves the cursor or turns the writing around", () => {
    const said = { call: CALL, event: "partial", chars: 1, text: "\u001b[2J\u009b\u202e\u2028x" };
    const shown = of(`kav.telemetry.call.${CALL}`, said);
    assert(shown.includes('text="\\u001b[2J\\u009b\\u202e\\u2028x"'), shown);
    assert(line("a\u001b", new Uint8Array()).includes("a\\u001b"));
  });

  it("makes one printable line of anything", () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(text)),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    const subject = fc.constantFrom(
      "kav.telemetry.tx.CA1",
      "kav.telemetry.call.CA1",
      "kav.telemetry.__proto__.CA1",
      "x",
    );
    fc.assert(fc.property(subject, payload, (subject, data) => {
      assert(/^\d\d:\d\d:\d\d\.\d{3} [^\p{Cc}]+$/u.test(line(subject, data)));
    }));
  });
});

describe("shortSubject()", () => {
  for (
    const [subject, short] of [
      ["kav.telemetry.tx.CA1", "telemetry.tx"],
      ["kav.event.call.started", "event.call.started"],
      ["kav.call.CA1.rx.audio", "call.CA1.rx.audio"],
      ["other.kav.a", "other.kav.a"],
    ] as const
  ) it(`shortens ${subject}`, () => assertEquals(shortSubject(subject), short));
});

describe("jsonLine()", () => {
  const parsed = (data: Uint8Array) => JSON.parse(jsonLine({ subject: "a.b", data, at }));
  const time = at.toISOString();

  it("wraps JSON in time and subject", () => {
    const data = new TextEncoder().encode('{\n "a": [1]\n}');
    assertEquals(parsed(data), { time, subject: "a.b", data: { a: [1] } });
  });

  it("gives anything else as base64", () => {
    assertEquals(parsed(Uint8Array.of(1, 255)), { time, subject: "a.b", base64: "Af8=" });
    assertEquals(parsed(new TextEncoder().encode("hi")).base64, "aGk=");
  });

  it("gives back any JSON on one line", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const line = jsonLine({ subject: "a.b", data: encodeJson(value), at });
      assert(!/\p{Cc}/u.test(line));
      assertEquals(JSON.parse(line).data, JSON.parse(JSON.stringify(value)));
    }));
  });
});
