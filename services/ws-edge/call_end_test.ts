import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CallEnd, FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { closeOf, EdgeBench, endOf, eventually, LONG_MS } from "./testing/edge_bench.ts";

const verbsOf = ({ verbs }: CallEnd) => verbs.map(({ verb }) => verb);

/** What the workers are told when a call ends in different ways. */
const ENDS: readonly {
  readonly what: string;
  /** What metrics call it, where that is not the reason. */
  readonly kind?: string;
  readonly reason: string;
  readonly end: (call: FakeCall, bench: EdgeBench) => unknown;
}[] = [
  { what: "the caller hangs up", reason: "caller_hung_up", end: (call) => call.hangUp() },
  { what: "the socket breaks", reason: "stream_closed", end: (call) => call.breakSocket() },
  { what: "the edge stops", reason: "server_stopped", end: (_, { edge }) => edge.stop() },
  {
    what: "the dialog hangs up",
    reason: "goodbye",
    kind: "hangup",
    end: (call, { dialog }) => dialog.line(call).control({ kind: "hangup", reason: "goodbye" }),
  },
  {
    what: "the dialog transfers",
    reason: "transfer",
    end: (call, { dialog }) => dialog.line(call).control({ kind: "transfer", to: "+15550107777" }),
  },
  {
    what: "the dialog gives up",
    reason: "no_speech",
    kind: "fallback",
    end: (call, { dialog }) => dialog.line(call).control({ kind: "fallback", reason: "no_speech" }),
  },
];

describe("Both workers are told that a call has ended", () => {
  for (const { what, reason, kind = reason, end } of ENDS) {
    it(`with ${reason} when ${what}, and nothing follows`, async () => {
      await using bench = new EdgeBench();
      const call = await bench.talk();
      const line = bench.stt.line(call);
      const lines = [line, bench.dialog.line(call)];
      await end(call, bench);
      await eventually(() => lines.every((line) => line.event("ended")), "the end");
      for (const one of lines) assertEquals(one.event("ended")!.reason, reason);
      assertEquals(await bench.sample(`kav_calls_total{reason="${kind}"}`), 1);

      const ofThisLeg = () => line.frames.filter(({ epoch }) => epoch === 0).length;
      const frames = ofThisLeg();
      await eventually(() => call.timeline.last("stream_ended"), "the close");
      assertEquals(ofThisLeg(), frames);
      // After a broken socket the next leg follows, numbered anew.
      const next = line.events[line.events.findIndex(({ kind }) => kind === "ended") + 1];
      assertEquals(next?.event ?? 1, 1);
      const ended = bench.telemetry.filter(({ json }) => json.event === "ended");
      assertEquals(ended[0]!.json, { call: call.callSid, event: "ended", reason });
    });
  }
});

describe("After the stream", () => {
  it("a hang-up hangs up, once the audio before it has played", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.dialog.line(call);
    await line.speak(1, 40);
    await line.control({ kind: "hangup", reason: "goodbye" });
    const end = await endOf(call);
    assertEquals([end.by, end.code, end.reason], ["kav", 1000, "Hangup"]);
    assertEquals(verbsOf(end), ["Connect", "Redirect", "Hangup"]);
    assertEquals(closeOf(call), { code: 1000, reason: "goodbye" });
    assertEquals(call.audibleMs(call.startedMs, call.nowMs), 40 * 20);
  });

  it("a hang-up whose reason is longer than a close frame takes hangs up too", async () => {
    await using bench = new EdgeBench();
    const [call, beside] = await Promise.all([bench.talk(), bench.talk()]);
    const reason = "ש".repeat(64);
    await bench.dialog.line(call).control({ kind: "hangup", reason });
    assertEquals(verbsOf(await endOf(call)), ["Connect", "Redirect", "Hangup"]);
    assertEquals(bench.dialog.line(call).event("ended")?.reason, reason);
    await bench.flows([beside]);
  });

  it("a transfer dials, once the audio before it has played", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.dialog.line(call);
    await line.speak(1, 20);
    await line.control({ kind: "transfer", to: "+15550107777" });
    const end = await endOf(call);
    assertEquals(verbsOf(end), ["Connect", "Redirect", "Dial", "Hangup"]);
    assertEquals(end.verbs.at(-2), { verb: "Dial", number: "+15550107777" });
    assertEquals([end.code, call.audibleMs(call.startedMs, call.nowMs)], [1000, 20 * 20]);
  });

  it("a fallback gives the business's verb, once the audio before it has played", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.dialog.line(call);
    await line.speak(1, 20);
    await line.control({ kind: "fallback", reason: "no_speech" });
    const end = await endOf(call);
    assertEquals(verbsOf(end), ["Connect", "Redirect", "Say", "Hangup"]);
    assertEquals(closeOf(call), { code: 1000, reason: "no_speech" });
    assertEquals([end.code, call.audibleMs(call.startedMs, call.nowMs)], [1000, 20 * 20]);
  });

  it("a broken one is continued with leg 1 and new epochs; a second break falls back", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    call.breakSocket();
    await eventually(() => bench.stt.line(call).epoch === 256, "leg 1");
    await bench.flows([call]);
    const { epoch, events } = bench.dialog.line(call);
    assertEquals([epoch, bench.dialog.offers.map(({ leg }) => leg)], [256, [0, 1]]);
    assertEquals(events.at(-1), {
      kind: "assigned",
      event: 2,
      stt_epoch: 256,
      dialog_epoch: 256,
    });
    call.breakSocket();
    const end = await endOf(call);
    assertEquals(verbsOf(end).slice(-2), ["Say", "Hangup"]);
    assertEquals(bench.dialog.offers.length, 2);
  });

  it("whose edge has gone, another edge continues it with leg 1", async () => {
    await using bench = new EdgeBench();
    const body = new URLSearchParams({ CallSid: "CA1", To: "+15550100002" });
    const url = `${bench.origin}/twilio/next?leg=0`;
    const response = await fetch(url, { method: "POST", body });
    const twiml = await response.text();
    assert(twiml.includes('<Parameter name="leg" value="1"'), twiml);
    assert(twiml.includes("/twilio/next?leg=1</Redirect>"), twiml);
  });

  it("a new stream of the same call ends the old one, and none of it disturbs the new", async () => {
    await using bench = new EdgeBench();
    const old = await bench.talk();
    const oldLine = bench.dialog.line(old);
    // Its far side is dead: it does not see the close, and goes on sending.
    old.stopReading();
    const call = await bench.place({ callSid: old.callSid });
    await eventually(() => bench.dialog.line(call) !== oldLine, "the new stream");
    await eventually(() => bench.dialog.line(call).credits.length > 0, "its dialog");
    old.press("1");
    call.press("2");
    await eventually(() => bench.dialog.line(call).event("dtmf"), "the key");
    assertEquals(oldLine.event("ended")?.reason, "replaced");
    assertEquals(
      bench.dialog.line(call).events.map((event) =>
        event.kind === "dtmf" ? event.digit : event.kind
      ),
      ["assigned", "assigned", "2"],
    );
    assertEquals(bench.edge.calls, 1);
    await bench.flows([call]);
    await call.hangUp();
    await eventually(() => bench.edge.calls === 0, "the end", LONG_MS);
  });
});
