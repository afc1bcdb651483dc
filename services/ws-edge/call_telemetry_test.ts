import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { EdgeBench, eventually, LONG_MS } from "./testing/edge_bench.ts";

const TX =
  /^\[TX\] fps=(\d+|-) q=(\d+) drops=(\d+) late_p99=(\d+\.\d)ms resyncs=(\d+) underruns=(\d+) call=(CA\w+)$/;
const RX = /^\[RX\] fps_in=(\d+) q=(\d+) drops=(\d+) write_ms=(\d+\.\d) call=(CA\w+)$/;
const LATENCY =
  /^\[LATENCY\] turn=3 stt_partial=(\d+)ms stt_final=(\d+)ms llm=240ms tts=130ms total=(\d+)ms call=(CA\w+)$/;

/** The lines of one call that begin so, without its name. */
const linesOf = ({ printed }: EdgeBench, { callSid }: FakeCall, beginning: string) =>
  printed.filter((line) => line.startsWith(beginning) && line.endsWith(` call=${callSid}`));

/** The JSON of one call on `kav.telemetry.{kind}`. */
const jsonOf = ({ telemetry }: EdgeBench, { callSid }: FakeCall, kind: string) =>
  telemetry.filter(({ subject }) => subject === `kav.telemetry.${kind}.${callSid}`)
    .map(({ json }) => json);

const shown = (value: unknown) => value === null ? "-" : String(value);
const tenth = (value: unknown) => Number(value).toFixed(1);

describe("Telemetry", () => {
  it("says [TX] and [RX] once a second for each call, and the same as JSON on the bus", async () => {
    await using bench = new EdgeBench();
    const calls = await Promise.all([bench.talk(), bench.talk()]);
    const [talking, quiet] = calls;
    const startedMs = performance.now();
    const acking = setInterval(
      () => bench.stt.line(talking).ack({ q: 5, drops: 0, write_ms: 0.42 }),
      200,
    );
    const line = bench.dialog.line(talking);
    await line.speak(1, 175);
    await talking.untilMark("u1:end", LONG_MS);
    clearInterval(acking);
    const seconds = (performance.now() - startedMs) / 1000;

    for (const call of calls) {
      for (const [kind, format] of [["tx", TX], ["rx", RX]] as const) {
        const lines = linesOf(bench, call, `[${kind.toUpperCase()}] `);
        assert(Math.abs(lines.length - seconds) <= 1.25, `${lines.length} lines in ${seconds} s`);
        const values = lines.map((text) => format.exec(text)?.slice(1));
        const jsons = jsonOf(bench, call, kind).map((json) =>
          kind === "tx"
            ? [
              shown(json.fps),
              ...[shown(json.q), shown(json.drops), tenth(json.late_p99_ms)],
              ...[shown(json.resyncs), shown(json.underruns), json.call],
            ]
            : [
              ...[shown(json.fps_in), shown(json.q), shown(json.drops)],
              ...[tenth(json.write_ms), json.call],
            ]
        );
        assertEquals(values as unknown[], jsons);
      }
    }
    const tx = jsonOf(bench, talking, "tx");
    assert(tx.some(({ fps }) => fps === 50), `fps ${tx.map(({ fps }) => fps)}`);
    assert(tx.every(({ q }) => Number(q) < 10), `q ${tx.map(({ q }) => q)}`);
    assertEquals(jsonOf(bench, quiet, "tx").filter(({ fps }) => fps !== null), []);
    const rx = jsonOf(bench, talking, "rx");
    assert(rx.some((json) => json.q === 5 && json.write_ms === 0.42), JSON.stringify(rx));
    const heard = rx.reduce((sum, { fps_in }) => sum + Number(fps_in), 0) / rx.length;
    assert(heard > 45 && heard < 55, `fps_in ${heard} on average`);
  });

  it("says [TX] greeting_end when the mark has played, not when it was sent", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    await bench.dialog.line(call).speak(1, 50, "greeting_end");
    await eventually(() => linesOf(bench, call, "[TX] greeting_end").length > 0, "the line");
    const index = bench.printed.findIndex((text) => text.startsWith("[TX] greeting_end"));
    const isIt = ({ name }: { readonly name: string }) => name === "greeting_end";
    const played = call.timeline.of("echoed").find(isIt);
    const sent = call.timeline.of("mark").find(isIt);
    assert(played && sent && sent.atMs < played.atMs && !played.cleared);
    assert(bench.printedMs[index]! >= played.atMs, "printed before the mark had played");
    assertEquals(call.audibleMs(call.startedMs, call.nowMs), 1_000);
    assertEquals(jsonOf(bench, call, "call"), [{ call: call.callSid, event: "greeting_end" }]);
    assertEquals(bench.dialog.line(call).event("mark_played")?.name, "greeting_end");
  });

  for (const isLate of [false, true]) {
    it(`says [GREETING] once, from start to first frame${isLate ? ", though its begin comes late" : ""}`, async () => {
      await using bench = new EdgeBench();
      const call = await bench.talk();
      const line = bench.dialog.line(call);
      const begin = () =>
        line.begin(1, { role: "greeting", turn: 0, greeting_source: "redis", after_seq: -1 });
      if (!isLate) await begin();
      line.audio(1, 3);
      const first = await call.untilEvent("media", LONG_MS);
      if (isLate) await begin();
      await line.begin(2, { role: "greeting", turn: 0, greeting_source: "emergency" });
      await line.speak(3, 2);
      await call.untilMark("u3:end", LONG_MS);

      const [said, ...more] = linesOf(bench, call, "[GREETING]");
      const ms = Number(/^\[GREETING\] greeting_ms=(\d+) greeting_source=redis /.exec(said!)?.[1]);
      assertAlmostEquals(ms, first.atMs - call.startedMs, 50);
      assertEquals(more, []);
      const [json] = jsonOf(bench, call, "call");
      const { greeting_ms, ...told } = json!;
      assertEquals(told, { call: call.callSid, event: "greeting", greeting_source: "redis" });
      assertEquals(Math.round(Number(greeting_ms)), ms);
      assertEquals(await bench.sample('kav_greeting_seconds_count{source="redis"}'), 1);
    });
  }

  it("says [LATENCY] when the first frame of a reply leaves, on the edge's clock", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const stt = bench.stt.line(call);
    const line = bench.dialog.line(call);
    const latest = () => stt.frames.at(-1)!;
    const onset = latest();
    const range = { from_seq: onset.seq, onset_ms: onset.streamMs };
    stt.speech({ kind: "speech_started", onset_ms: onset.streamMs, seq: onset.seq });
    await bench.flows([call], 8);
    const partialMs = performance.now();
    stt.speech({ kind: "partial", text: "when", onset_ms: onset.streamMs, to_seq: latest().seq });
    const voiced = latest();
    await bench.flows([call]);
    const last = { to_seq: latest().seq, last_voiced_ms: voiced.streamMs };
    const finalMs = performance.now();
    stt.speech({ kind: "final", text: "when?", ...range, ...last, promoted: false });
    await bench.flows([call]);
    const reply = { turn: 3, reply_to: { epoch: 0, speech: 1 }, llm_ms: 240, tts_ms: 130 };
    await line.begin(1, reply);
    assertEquals(linesOf(bench, call, "[LATENCY]"), []);
    const replyMs = performance.now();
    line.audio(1, 5);
    await eventually(() => linesOf(bench, call, "[LATENCY]").length > 0, "the line");
    // A prompt answers nobody.
    await line.begin(2);
    line.audio(2, 1);
    await eventually(() => call.timeline.of("media").length === 6, "its frame");

    const lines = linesOf(bench, call, "[LATENCY]");
    const values = LATENCY.exec(lines[0]!)?.slice(1, 4);
    assert(lines.length === 1 && values, lines.join("\n"));
    const expected = [partialMs - onset.atMs, finalMs - voiced.atMs, replyMs - voiced.atMs];
    values.forEach((value, i) => assertAlmostEquals(Number(value), expected[i]!, 50));
    const [json] = jsonOf(bench, call, "latency");
    const { stt_partial_ms, stt_final_ms, total_ms } = json!;
    const rounded = [stt_partial_ms, stt_final_ms, total_ms].map((ms) => Math.round(Number(ms)));
    assertEquals(rounded.map(String), values);
    assertEquals(await bench.sample("kav_answer_latency_seconds_count"), 1);
  });

  for (const logText of [false, true]) {
    it(`says what was heard ${logText ? "with" : "without"} its text`, async () => {
      await using bench = new EdgeBench({ logText });
      const call = await bench.talk();
      const stt = bench.stt.line(call);
      const range = { from_seq: 0, to_seq: 1, onset_ms: 0, last_voiced_ms: 20 };
      stt.speech({ kind: "partial", text: "are you", onset_ms: 0, to_seq: 1 });
      stt.speech({ kind: "final", text: 'are "you" open', ...range, promoted: true });
      stt.speech({ speech: 2, kind: "rejected", ...range });
      stt.speech({ epoch: 9, kind: "final", text: "of another worker", ...range, promoted: false });
      stt.speech({ kind: "final", text: 5 });
      await eventually(() => linesOf(bench, call, "❓ [REJECTED]").length, "the lines");
      await bench.flows([call]);
      const text = (words: string) => logText ? ` text=${words}` : "";
      assertEquals(bench.printed.filter((line) => !/^\[[TR]X\]/.test(line)), [
        `🟡 [PARTIAL] chars=7${text('"are you"')} call=${call.callSid}`,
        `✅ [FINAL] chars=14${text('"are \\"you\\" open"')} call=${call.callSid}`,
        `❓ [REJECTED] call=${call.callSid}`,
      ]);
      const told = jsonOf(bench, call, "call").map(({ event, chars, text }) => [
        ...[event, chars],
        text,
      ]);
      assertEquals(told, [
        ["partial", 7, logText ? "are you" : undefined],
        ["final", 14, logText ? 'are "you" open' : undefined],
        ["rejected", undefined, undefined],
      ]);
      assertEquals(await bench.sample('kav_bus_bad_messages_total{subject="speech"}'), 1);
    });
  }
});
