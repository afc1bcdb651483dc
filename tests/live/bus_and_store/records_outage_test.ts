import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { RedisStores } from "shared/store/redis_stores.ts";
import type { CallRecord } from "shared/store/stores.ts";
import { RedisServer } from "shared/testing/redis_server.ts";
import { CallRecords } from "services/ws-edge/call_records.ts";
import { edgeMetrics } from "services/ws-edge/edge_metrics.ts";

const CALLS = 20;
/** The longest pause between two tries, and some. */
const WRITTEN_MS = 8_000;

function record(call: string, endReason: string | null): CallRecord {
  return {
    ...{ call, businessId: "shop", leg: 0, startedAt: "2026-01-01T00:00:00.000Z", endReason },
    ...{ endedAt: null, durationMs: null, framesIn: 0, framesOut: 0, turns: [], notes: [] },
  };
}

/** What the dialog has left of each call. */
const CLOSED = {
  ...{ businessId: "shop", leg: 0, epoch: 0, takenThroughSeq: -1, turns: [], notes: [] },
  closed: true,
};

describe("CallRecords with RedisStores", () => {
  it("has every record in Redis after an outage, the last one of each call, or has counted it", async () => {
    const clock = new SystemClock();
    const bus = new MemoryBus({ clock, streams: KAV_STREAMS });
    const metrics = new Metrics();
    await using server = await RedisServer.start();
    const stores = await RedisStores.connect({ url: server.url, clock, onEvent: () => {} });
    const records = new CallRecords({
      bus,
      clock,
      store: stores.callRecords,
      conversations: { get: (call) => Promise.resolve({ ...CLOSED, call }) },
      metrics: edgeMetrics(metrics),
      log: new LineLog({ write: () => {}, clock }),
    });
    const calls = Array.from({ length: CALLS }, (_, i) => `CA${i}`);
    for (const call of calls) records.started(record(call, null));
    await server.kill();
    for (const call of calls) records.ended({ record: record(call, "caller_hung_up"), times: [] });
    await clock.sleepUntil(clock.now() + 1_500);
    await server.startAgain();
    const deadlineMs = clock.now() + WRITTEN_MS;
    let written: CallRecord[] = [];
    while (written.length < CALLS && clock.now() < deadlineMs) {
      await clock.sleepUntil(clock.now() + 50);
      written = await stores.callRecords.list(100).catch(() => []);
    }
    assertEquals(written.map(({ call }) => call).toSorted(), calls.toSorted());
    assertEquals(new Set(written.map(({ endReason }) => endReason)), new Set(["caller_hung_up"]));

    await server.kill();
    records.ended({ record: record("CA99", "caller_hung_up"), times: [] });
    await records.drain(clock.now() + 500);
    const text = await metrics.text();
    assertEquals(/^kav_call_records_lost_total (\d+)/m.exec(text)?.[1], "1");
    assertEquals(/^kav_call_events_lost_total (\d+)/m.exec(text)?.[1], "0");
    await stores.close();
    await bus.close();
    await server.startAgain();
  });
});
