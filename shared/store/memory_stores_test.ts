import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { MemoryStores } from "./memory_stores.ts";
import type { CallRecord } from "./stores.ts";

function record(call: string): CallRecord {
  return {
    call,
    businessId: "demo",
    leg: 0,
    startedAt: "2026-01-01T00:00:00Z",
    endedAt: null,
    durationMs: null,
    endReason: null,
    framesIn: 0,
    framesOut: 0,
    turns: [],
    notes: [],
  };
}

describe("MemoryStores", () => {
  it("forgets what nobody asks for any more", async () => {
    const clock = new FakeClock();
    const stores = new MemoryStores({ clock });
    await stores.conversations.put({
      call: "CA1",
      businessId: "demo",
      leg: 0,
      epoch: 0,
      takenThroughSeq: -1,
      turns: [],
      notes: [],
      closed: false,
    });
    await stores.nextActions.put("CA1", { do: "hangup" });
    await clock.jump(600_000 - 1);
    assertEquals(await stores.nextActions.get("CA1"), { do: "hangup" });
    await clock.jump(1);
    assertEquals(await stores.nextActions.get("CA1"), undefined);
    await clock.jump(4 * 3_600_000 - 600_000 - 1);
    assertEquals((await stores.conversations.get("CA1"))?.call, "CA1");
    await clock.jump(1);
    assertEquals(await stores.conversations.get("CA1"), undefined);
  });

  it("keeps the newest 10,000 call records", async () => {
    const { callRecords } = new MemoryStores({ clock: new FakeClock() });
    for (let i = 0; i < 10_003; i++) await callRecords.put(record(`CA${i}`));
    assertEquals(await callRecords.get("CA2"), undefined);
    assertEquals((await callRecords.get("CA3"))?.call, "CA3");
    assertEquals((await callRecords.list(20_000)).length, 10_000);
  });

  it("keeps the newest 1,000 greetings", async () => {
    const { greetings } = new MemoryStores({ clock: new FakeClock() });
    for (let i = 0; i < 1_001; i++) {
      await greetings.put({
        businessId: `b${i}`,
        ttsHash: "h",
        audio: new Uint8Array(160),
        updatedAt: "2026-01-01T00:00:00Z",
      });
    }
    assertEquals(await greetings.get("b0"), undefined);
    assertEquals((await greetings.get("b1"))?.businessId, "b1");
  });
  it("keeps the newest 1,000 failures", async () => {
    const { greetingBuilds } = new MemoryStores({ clock: new FakeClock() });
    const failed = { error: "away", failedAt: "2026-01-01T00:00:00Z" };
    for (let i = 0; i < 1_001; i++) await greetingBuilds.putFailure(`b${i}`, failed);
    assertEquals(await greetingBuilds.failure("b0"), undefined);
    assertEquals(await greetingBuilds.failure("b1"), failed);
  });
});
