import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { sttMetrics } from "./stt_metrics.ts";
import { TranscriptPublisher } from "./transcript_publisher.ts";

const RANGE = { speech: 1, from_seq: 0, to_seq: 9, onset_ms: 0, last_voiced_ms: 180 };

describe("TranscriptPublisher", () => {
  let clock: FakeClock;
  let sent: string[];
  let publisher: TranscriptPublisher;

  beforeEach(() => {
    clock = new FakeClock(1_000);
    sent = [];
    const bus = new MemoryBus({ clock });
    bus.subscribe("kav.call.CA1.*", ({ subject, data }) => {
      sent.push(`${clock.now()} ${subject} ${new TextDecoder().decode(data)}`);
    });
    const metrics = sttMetrics(new Metrics());
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
});
