import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { closeOf, EdgeBench, endOf, eventually } from "./testing/edge_bench.ts";

/** A call with a worker of each role, on a clock of the test's own; its sockets and callers are real. */
async function talking(options: ConstructorParameters<typeof EdgeBench>[0] = {}) {
  const clock = new FakeClock();
  const bench = new EdgeBench({ clock, ...options });
  const call = await bench.talk();
  return { clock, bench, call };
}

describe("A dialog that is lost in mid-answer", () => {
  it("has a successor within 1.5 s, which is told where to go on", async () => {
    const { clock, bench, call } = await talking();
    await using _ = bench;
    const old = bench.dialog.line(call);
    const next = bench.dialogWorker("dialog-2");
    next.join();
    const final = { kind: "final", text: "when?", from_seq: 0, to_seq: 3, promoted: false };
    bench.stt.line(call).speech({ ...final, onset_ms: 0, last_voiced_ms: 60 });
    await old.begin(1);
    old.audio(1, 4);
    await clock.advance(500);
    await old.begin(2);
    old.audio(2, 50);
    await clock.advance(200);
    bench.dialog.die();
    await clock.advance(1_500);

    const [offer] = next.offers;
    assert(offer, "no offer");
    const { epoch, not, next_utterance, next_seq, utterances, heard, window } = offer;
    assertEquals([epoch, not, next_utterance, next_seq, window], [1, ["dialog-1"], 3, 54, 9]);
    assertEquals(utterances[0], { utterance: 1, sent: 4, heard: 4 });
    assertEquals(utterances[1]?.utterance, 2);
    // A lead of three frames, then one in 20 ms, until the silence was long enough.
    assert(utterances[1]!.sent >= 13, JSON.stringify(utterances));
    assertEquals(heard.map(({ text, to_seq }) => [text, to_seq]), [["when?", 3]]);
    assertEquals(await bench.sample('kav_failovers_total{role="dialog"}'), 1);

    const line = next.line(call);
    await eventually(() => line.event("assigned"), "the assignment");
    assertEquals(line.events.findLast(({ kind }) => kind === "assigned"), {
      ...line.event("assigned")!,
      dialog_epoch: 1,
      stt_epoch: 0,
    });
    await line.speak(3, 5);
    await clock.advance(200);
    await call.untilMark("u3:end", 5_000);
  });

  it("that comes back is mute, and told so", async () => {
    const { clock, bench, call } = await talking();
    await using _ = bench;
    const old = bench.dialog.line(call);
    const next = bench.dialogWorker("dialog-2");
    next.join();
    bench.dialog.hang();
    await clock.advance(1_350);
    // Whether or not its successor is there already, its offer has been described.
    const before = call.timeline.of("media").length;
    old.audio(1, 9);
    assertEquals(await old.begin(2), { ok: false, control_seq: 1, reason: "stale_epoch" });
    await clock.advance(1_000);
    await bench.flows([call]);
    assertEquals(call.timeline.of("media").length, before);
    assertEquals(next.line(call).epoch, 1);
    await eventually(
      () => old.events.some((e) => e.kind === "assigned" && e.dialog_epoch === 1),
      "it",
    );
  });

  it("and has no successor for 10 s ends the call with the fallback verb", async () => {
    const { clock, bench, call } = await talking();
    await using _ = bench;
    bench.dialog.die();
    await clock.advance(11_000);
    assertEquals(bench.edge.calls, 1);
    await clock.advance(1_000);
    const end = await endOf(call);
    assertEquals(closeOf(call), { code: 1000, reason: "no_dialog" });
    assertEquals(end.verbs.slice(-2).map(({ verb }) => verb), ["Say", "Hangup"]);
  });
});

describe("A recognizer that is lost", () => {
  it("has a successor with an epoch of its own, and the dialog stays", async () => {
    const { clock, bench, call } = await talking();
    await using _ = bench;
    const next = bench.sttWorker("stt-2");
    next.join();
    bench.stt.die();
    await clock.advance(1_500);
    assertEquals(next.offers.map(({ epoch, not }) => [epoch, not]), [[1, ["stt-1"]]]);
    const frames = () => next.line(call).frames;
    await eventually(() => frames().length > 10, "frames");
    assert(frames().every(({ epoch }) => epoch === 1));
    assertEquals(bench.dialog.offers.length, 1);
    assertEquals(await bench.sample('kav_failovers_total{role="stt"}'), 1);
    await bench.dialog.line(call).speak(1, 5);
    await clock.advance(200);
    await call.untilMark("u1:end", 5_000);
  });

  it("and has no successor leaves the call with its keypad", async () => {
    const { clock, bench, call } = await talking();
    await using _ = bench;
    bench.stt.die();
    await clock.advance(30_000);
    assertEquals([bench.edge.calls, closeOf(call)], [1, undefined]);
    call.press("5");
    await eventually(() => bench.dialog.line(call).event("dtmf"), "the key");
  });
});

describe("An outage of the bus", () => {
  it("costs no worker its call, and what was not sent is counted and logged", async () => {
    const { clock, bench, call } = await talking();
    await using _ = bench;
    await clock.advance(1_000);
    bench.edgeBus.setConnected(false);
    await clock.advance(5_000);
    const unsent = await bench.sample("kav_bus_unsent_total");
    // [TX], [RX] and credit, once a second.
    assert(unsent >= 15, `${unsent} unsent`);
    bench.edgeBus.setConnected(true);
    await clock.advance(3_000);
    assertEquals([bench.dialog.offers.length, bench.stt.offers.length], [1, 1]);
    assertEquals(await bench.sample('kav_failovers_total{role="dialog"}'), 0);
    const of = (words: string) => bench.log.filter((line) => line.includes(words)).length;
    assertEquals([of("The bus is away"), of("The bus is back")], [1, 1]);
    await bench.dialog.line(call).speak(1, 5);
    await clock.advance(200);
    await call.untilMark("u1:end", 5_000);
  });
});
