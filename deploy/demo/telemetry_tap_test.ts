import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { type TelemetryKind, telemetrySubject } from "shared/bus/subjects.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { TelemetryTap } from "./telemetry_tap.ts";

describe("TelemetryTap", () => {
  it("keeps one call's telemetry by kind, with its time, until it is closed", async () => {
    const clock = new FakeClock(100);
    const bus = new MemoryBus({ clock });
    const tap = new TelemetryTap(bus, clock, "CA1");
    const tell = async (kind: TelemetryKind, call: string, more: object) => {
      bus.publish(telemetrySubject(kind, call), encodeJson({ call, ...more }));
      await bus.flush();
      await clock.advance(0);
    };
    await tell("tx", "CA1", { q: 1 });
    await tell("tx", "CA2", { q: 2 });
    await clock.advance(1_000);
    await tell("rx", "CA1", { fps_in: 50 });
    await tell("latency", "CA1", { turn: 1 });
    await tell("call", "CA1", { event: "greeting_end" });
    tap.close();
    await tell("tx", "CA1", { q: 3 });
    const seen: unknown[] = [tap.tx, tap.rx, tap.latency, tap.call];
    assertEquals(seen, [
      [{ call: "CA1", q: 1, atMs: 100 }],
      [{ call: "CA1", fps_in: 50, atMs: 1_100 }],
      [{ call: "CA1", turn: 1, atMs: 1_100 }],
      [{ call: "CA1", event: "greeting_end", atMs: 1_100 }],
    ]);
    await bus.close();
  });
});
