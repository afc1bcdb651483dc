import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { Speech } from "shared/bus/messages.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { sttMetrics } from "./stt_metrics.ts";
import { TranscriptPublisher } from "./transcript_publisher.ts";

const RANGE = { speech: 1, from_seq: 0, to_seq: 9, onset_ms: 0, last_voiced_ms: 180 };

describe("TranscriptPublisher", () => {
  let clock: FakeClock;
  let sent: string[];
  let publisher: TranscriptPublisher;
  let bus: LossyBus;
  let all: Metrics;

  beforeEach(() => {
    clock = new FakeClock(1_000);
    sent = [];
    const inner = new MemoryBus({ clock });
    inner.subscribe("kav.call.CA1.*", ({ subject, data }) => {
      sent.push(`${clock.now()} ${subject} ${new TextDecoder().decode(data)}`);
    });
    bus = new LossyBus(inner, clock);
    all = new Metrics();
    const metrics = sttMetrics(all);
    publisher = new TranscriptPublisher({
      bus,
      clock,
      call: "CA1",
      epoch: 3,
      debounceMs: 90,
      metrics,
    });
  });

  const partial = (text: string) =>
    publisher.speech({ kind: "partial", speech: 1, text, onset_ms: 0, to_seq: 5 });
  const texts = () => sent.map((line) => /^\d+|"text":"[^"]*"|"kind":"[^"]*"/g[Symbol.match](line));

  it("names the epoch", async () => {
    publisher.speech({ kind: "speech_started", speech: 1, onset_ms: 40, seq: 2 });
    publisher.ack({ written_seq: 9, covered_seq: 1, q: 2, drops: 3, write_ms: 0.5 });
    await clock.advance(0);
    assertEquals(sent, [
      '1000 kav.call.CA1.speech {"epoch":3,"kind":"speech_started","speech":1,"onset_ms":40,"seq":2}',
      '1000 kav.call.CA1.ack {"epoch":3,"written_seq":9,"covered_seq":1,"q":2,"drops":3,"write_ms":0.5}',
    ]);
  });

  it("holds sustained speech back for no partial", async () => {
    partial("a");
    partial("a b");
    publisher.speech({ kind: "speech_sustained", speech: 1, onset_ms: 40 });
    await clock.advance(0);
    assertEquals(
      sent.at(-1),
      '1000 kav.call.CA1.speech {"epoch":3,"kind":"speech_sustained","speech":1,"onset_ms":40}',
    );
  });

  it("drops a partial that waits when the final comes, and gives the next one at once", async () => {
    partial("a");
    partial("a b");
    publisher.speech({ kind: "final", text: "a b c", promoted: false, ...RANGE });
    assertEquals(clock.sleeping, 0);
    partial("d");
    await clock.advance(500);
    assertEquals(texts(), [
      ["1000", '"kind":"partial"', '"text":"a"'],
      ["1000", '"kind":"final"', '"text":"a b c"'],
      ["1000", '"kind":"partial"', '"text":"d"'],
    ]);
  });

  it("leaves nothing behind when it is stopped", async () => {
    partial("a");
    partial("a b");
    publisher.stop();
    await clock.advance(500);
    assertEquals([sent.length, clock.sleeping], [1, 0]);
  });

  describe("while the bus is away", () => {
    const final = (text: string) =>
      publisher.speech({ kind: "final", text, promoted: false, ...RANGE });
    const rejected = () => publisher.speech({ kind: "rejected", ...RANGE });
    const told = () => sent.map((line) => JSON.parse(line.slice(line.indexOf("{"))) as Speech);
    const heard = () => told().map((event) => "text" in event ? event.text : event.kind);
    const unsent = async () => Number(/kav_bus_unsent_total (\d+)/.exec(await all.text())![1]);

    beforeEach(() => bus.setConnected(false));

    it("keeps results, in order, until it is back; the rest is dropped and counted", async () => {
      partial("a");
      final("a b");
      rejected();
      publisher.speech({ kind: "speech_ended", speech: 1, last_voiced_ms: 0 });
      publisher.ack({ written_seq: 9, covered_seq: 1, q: 2, drops: 3, write_ms: 0.5 });
      publisher.flush();
      await clock.advance(0);
      assertEquals([heard(), await unsent()], [[], 3]);
      bus.setConnected(true);
      publisher.flush();
      publisher.flush();
      await clock.advance(0);
      assertEquals([heard(), await unsent()], [["a b", "rejected"], 3]);
    });

    it("keeps eight results: the oldest goes, and is counted", async () => {
      for (let i = 0; i < 10; i++) final(`${i}`);
      bus.setConnected(true);
      publisher.flush();
      await clock.advance(0);
      assertEquals([heard(), await unsent()], [["2", "3", "4", "5", "6", "7", "8", "9"], 2]);
    });

    it("keeps what comes afterwards behind the results that wait", async () => {
      final("first");
      bus.setConnected(true);
      partial("second");
      final("second, all");
      await clock.advance(0);
      assertEquals(heard(), ["first", "second", "second, all"]);
    });

    it("counts what waits when it is stopped", async () => {
      final("lost");
      publisher.stop();
      publisher.stop();
      bus.setConnected(true);
      publisher.flush();
      await clock.advance(0);
      assertEquals([heard(), await unsent()], [[], 1]);
    });
  });
});
