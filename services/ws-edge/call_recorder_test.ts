import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CallRecord } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import type { EndedCall } from "./call_completion.ts";
import { CallRecorder } from "./call_recorder.ts";
import type { TurnTimes } from "./telemetry/turn_book.ts";

describe("CallRecorder", () => {
  it("makes one record of a call, at its start and at its end, timed by the clock", async () => {
    const clock = new FakeClock();
    const started: CallRecord[] = [];
    const ended: EndedCall[] = [];
    const identity = { call: "CA1", businessId: "shop", leg: 2 };
    const recorder = new CallRecorder({
      clock,
      identity,
      callRecords: {
        started: (record) => started.push(record),
        ended: (call) => ended.push(call),
      },
      turns: { turns: (nowMs) => [aTurnUntil(nowMs)] },
    });
    recorder.started();
    await clock.advance(1_500.4);
    recorder.ended("caller_hung_up", 75, 40);
    const startedAt = started[0]!.startedAt;
    const open = { endedAt: null, durationMs: null, endReason: null, framesIn: 0, framesOut: 0 };
    assertEquals(started, [{ ...identity, startedAt, ...open, turns: [], notes: [] }]);
    assertEquals(ended, [{
      record: {
        ...identity,
        startedAt,
        endedAt: new Date(Date.parse(startedAt) + 1_500).toISOString(),
        durationMs: 1_500,
        endReason: "caller_hung_up",
        framesIn: 75,
        framesOut: 40,
      },
      times: [aTurnUntil(1_500.4)],
    }]);
  });
});

function aTurnUntil(toldToMs: number): TurnTimes {
  return {
    ...{ turn: 0, askedFromMs: null, askedToMs: null, toldFromMs: 0, toldToMs },
    ...{ latency: null, bargeInMs: null },
  };
}
