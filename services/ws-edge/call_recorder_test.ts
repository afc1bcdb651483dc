import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CallRecord } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { CallRecorder } from "./call_recorder.ts";

describe("CallRecorder", () => {
  it("makes one record of a call, at its start and at its end, timed by the clock", async () => {
    const clock = new FakeClock();
    const kept: [event: string, record: CallRecord][] = [];
    const identity = { call: "CA1", businessId: "shop", leg: 2 };
    const recorder = new CallRecorder({
      clock,
      identity,
      callRecords: { keep: (event, record) => kept.push([event, record]) },
    });
    recorder.started();
    await clock.advance(1_500.4);
    recorder.ended("caller_hung_up", 75, 40);
    const [first, second] = kept;
    const startedAt = first![1].startedAt;
    const open = { endedAt: null, durationMs: null, endReason: null, framesIn: 0, framesOut: 0 };
    assertEquals(first, ["started", { ...identity, startedAt, ...open }]);
    assertEquals(second, ["ended", {
      ...identity,
      startedAt,
      endedAt: new Date(Date.parse(startedAt) + 1_500).toISOString(),
      durationMs: 1_500,
      endReason: "caller_hung_up",
      framesIn: 75,
      framesOut: 40,
    }]);
  });
});
