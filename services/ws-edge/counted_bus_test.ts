import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { CountedBus } from "./counted_bus.ts";
import { RecordedLog } from "./testing/fixtures.ts";

describe("CountedBus.publish()", () => {
  it("counts what is not sent, and logs each outage once, and its cost when it is over", () => {
    const clock = new FakeClock();
    const lossy = new LossyBus(new MemoryBus({ clock }), clock);
    const log = new RecordedLog();
    let unsent = 0;
    const bus = new CountedBus(lossy, { log, onUnsent: () => unsent++ });
    const publish = (count: number) => {
      for (let i = 0; i < count; i++) bus.publish("kav.a", new Uint8Array());
    };
    publish(3);
    assertEquals([unsent, log.lines], [0, []]);
    for (const lost of [5, 2]) {
      lossy.setConnected(false);
      publish(lost);
      assertEquals(log.lines.length, 1);
      assertEquals(log.lines[0]!.startsWith("warn bus away: "), true);
      lossy.setConnected(true);
      publish(3);
      assertEquals(log.lines[1], `info The bus is back {"messages_unsent":${lost}}`);
      assertEquals(log.lines.splice(0).length, 2);
    }
    assertEquals(unsent, 7);
  });
});
