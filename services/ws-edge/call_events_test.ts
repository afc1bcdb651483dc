import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EdgeBench, eventually } from "./testing/edge_bench.ts";

describe("Events of a call", () => {
  it("are numbered from 1: who has taken it, keys with their stream time, marks", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const { events } = bench.dialog.line(call);
    for (const digit of ["1", "#", "D"]) {
      const streamMs = bench.stt.line(call).frames.at(-1)!.streamMs;
      const before = events.length;
      call.press(digit);
      const pressed = await eventually(() => events[before], digit);
      assertEquals([pressed.kind, pressed.event], ["dtmf", before + 1]);
      if (pressed.kind !== "dtmf") return;
      assertEquals([pressed.digit, pressed.stream_ms > streamMs], [digit, true]);
    }
    await bench.hears(call);
    assertEquals(events.map((event) => [event.event, event.kind]), [
      [1, "assigned"],
      [2, "assigned"],
      [3, "dtmf"],
      [4, "dtmf"],
      [5, "dtmf"],
      [6, "mark_played"],
    ]);
    assertEquals(events[1], { event: 2, kind: "assigned", stt_epoch: 0, dialog_epoch: 0 });
    assertEquals(events[5], { event: 6, kind: "mark_played", utterance: 1, name: "end" });
    assertEquals(bench.stt.line(call).events, events);
  });

  it("come again on `sync {event}`: those after it, as they were", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.dialog.line(call);
    for (const digit of "1234") call.press(digit);
    await eventually(() => line.events.length === 6, "the keys");
    const first = [...line.events];
    line.sync(3);
    await eventually(() => line.events.length === 9, "the repetition");
    line.sync(6);
    line.sync(0);
    await eventually(() => line.events.length === 15, "all of them");
    assertEquals(line.events, [...first, ...first.slice(3), ...first]);
  });

  it("reach a dialog that came later than they did", async () => {
    await using bench = new EdgeBench({ workers: ["stt"] });
    const call = await bench.place();
    call.press("7");
    await eventually(() => bench.stt.find(call.callSid)?.event("dtmf"), "the key");
    bench.dialog.join();
    await eventually(() => bench.dialog.find(call.callSid)?.credits.length, "the dialog");
    const line = bench.dialog.line(call);
    assertEquals(line.event("dtmf"), undefined);
    line.sync(0);
    await eventually(() => line.event("dtmf"), "the key again");
  });

  it("tell of the marks that a clear has silenced, and none is told as played", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.dialog.line(call);
    line.audio(1, 50);
    await line.control({ kind: "mark", utterance: 1, name: "end" });
    await call.untilEvent("media", 5_000);
    await line.control({ kind: "clear", through: 1, after_seq: -1 });
    await eventually(() => line.event("mark_cleared"), "the mark");
    await bench.hears(call, { utterance: 2 });
    const marks = line.events.filter(({ kind }) => kind.startsWith("mark"));
    assertEquals(marks.map(({ event: _, ...mark }) => mark), [
      { kind: "mark_cleared", utterance: 1, name: "end" },
      { kind: "mark_played", utterance: 2, name: "end" },
    ]);
  });
});
