import { assertEquals, assertStringIncludes } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { Bus, DurablePublishOptions, DurableResult } from "shared/bus/bus.ts";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { CallRecord } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { CallRecords } from "./call_records.ts";
import { edgeMetrics } from "./edge_metrics.ts";
import { RecordedLog, StoreMood } from "./testing/fixtures.ts";

let clock: FakeClock;
let stores: MemoryStores;
let store: StoreMood;
let bus: MemoryBus;
/** What the bus answers instead of publishing. */
let busAnswer: Exclude<DurableResult, { ok: true }>["reason"] | undefined;
let published: [subject: string, record: CallRecord, messageId: string | undefined][];
let records: CallRecords;
let metrics: Metrics;
let log: RecordedLog;

function open(): void {
  log = new RecordedLog();
  const publishDurable = (subject: string, data: Uint8Array, options?: DurablePublishOptions) => {
    if (busAnswer) return Promise.resolve({ ok: false, reason: busAnswer } as const);
    published.push([subject, JSON.parse(new TextDecoder().decode(data)), options?.messageId]);
    return bus.publishDurable(subject, data, options);
  };
  metrics = new Metrics();
  records = new CallRecords({
    bus: { publishDurable } as Bus,
    clock,
    store: {
      ...stores.callRecords,
      put: (record) => store.answer(() => void stores.callRecords.put(record)),
    },
    conversations: { get: (call) => Promise.resolve({ ...CLOSED, call }) },
    metrics: edgeMetrics(metrics),
    log,
  });
}

function record(call: string, endReason: string | null = null): CallRecord {
  return {
    ...{ call, businessId: "shop", leg: 1, startedAt: "2026-01-01T00:00:00.000Z", endReason },
    ...{ endedAt: null, durationMs: null, framesIn: 0, framesOut: 0, turns: [], notes: [] },
  };
}

const CLOSED = {
  ...{ businessId: "shop", leg: 1, epoch: 256, takenThroughSeq: -1, turns: [], notes: [] },
  closed: true,
};

async function lost(): Promise<[records: number, events: number]> {
  const text = await metrics.text();
  const count = (name: string) => Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
  return [count("kav_call_records_lost_total"), count("kav_call_events_lost_total")];
}

beforeEach(() => {
  clock = new FakeClock();
  stores = new MemoryStores({ clock });
  store = new StoreMood();
  bus = new MemoryBus({ clock, streams: KAV_STREAMS });
  busAnswer = undefined;
  published = [];
  open();
});

afterEach(async () => {
  await records.drain(clock.now());
  await bus.close();
});

describe("CallRecords", () => {
  it("stores the record and publishes its event, once each, at the end once it is complete", async () => {
    records.started(record("CA1"));
    await settle();
    records.ended({ record: record("CA1", "hangup"), times: [] });
    await settle();
    assertEquals([await stores.callRecords.get("CA1"), published.length], [record("CA1"), 1]);
    await clock.advance(50);
    assertEquals(await stores.callRecords.get("CA1"), record("CA1", "hangup"));
    assertEquals(published, [
      ["kav.event.call.started", record("CA1"), "CA1:1:started"],
      ["kav.event.call.ended", record("CA1", "hangup"), "CA1:1:ended"],
    ]);
    assertEquals([await lost(), clock.sleeping, log.lines], [[0, 0], 0, []]);
  });

  it("writes what it could not when the store and the bus are back", async () => {
    store.state = "fails";
    busAnswer = "disconnected";
    for (const call of ["CA1", "CA2"]) {
      records.started(record(call));
      records.ended({ record: record(call, "hangup"), times: [] });
    }
    await clock.advance(60_000);
    assertEquals([await stores.callRecords.list(10), published], [[], []]);
    store.state = "answers";
    busAnswer = undefined;
    await clock.advance(5_000);
    const written = await stores.callRecords.list(10);
    assertEquals(written.map(({ call, endReason }) => [call, endReason]).toSorted(), [
      ["CA1", "hangup"],
      ["CA2", "hangup"],
    ]);
    assertEquals(published.map(([, , id]) => id).toSorted(), [
      "CA1:1:ended",
      "CA1:1:started",
      "CA2:1:ended",
      "CA2:1:started",
    ]);
    assertEquals([await lost(), clock.sleeping], [[0, 0], 0]);
  });

  it("goes on with one while the other is away", async () => {
    store.state = "fails";
    records.started(record("CA1"));
    await settle();
    assertEquals(published.length, 1);
    assertStringIncludes(log.lines.join("\n"), "call record not stored yet");
  });

  it("loses nothing of a newer leg when an older one is complete only then", async () => {
    const older = { ...record("CA1", "stream_closed"), leg: 0 };
    store.state = "fails";
    records.ended({ record: older, times: [] });
    records.started(record("CA1"));
    await clock.advance(100);
    store.state = "answers";
    await clock.advance(1_000);
    assertEquals(await stores.callRecords.get("CA1"), record("CA1"));
    assertEquals(published.map(([, , id]) => id), ["CA1:1:started", "CA1:0:ended"]);
  });

  it("gives events up for which there is no stream", async () => {
    busAnswer = "no_stream";
    records.started(record("CA1"));
    await clock.advance(60_000);
    assertEquals([await lost(), clock.sleeping], [[0, 1], 0]);
    assertStringIncludes(log.lines.join("\n"), "call events given up");
  });

  it("holds 1,000 calls in an outage, and counts those beyond", async () => {
    store.state = "fails";
    busAnswer = "timeout";
    await settle();
    for (let i = 0; i < 1_010; i++) records.started(record(`CA${i}`));
    await clock.advance(300);
    assertEquals(await lost(), [10, 10]);
  });
});

describe("CallRecords.drain()", () => {
  it("writes what waits without the pause of the last failure", async () => {
    store.state = "fails";
    busAnswer = "timeout";
    records.ended({ record: record("CA1", "hangup"), times: [] });
    await clock.advance(6_300);
    store.state = "answers";
    busAnswer = undefined;
    await records.drain(clock.now() + 1_000);
    assertEquals(await stores.callRecords.get("CA1"), record("CA1", "hangup"));
    assertEquals([published.length, await lost(), clock.sleeping], [1, [0, 0], 0]);
  });

  it("counts the rest as lost at its deadline", async () => {
    store.hang();
    busAnswer = "disconnected";
    records.started(record("CA1"));
    await settle();
    records.ended({ record: record("CA1"), times: [] });
    const drained = records.drain(clock.now() + 1_000);
    await clock.advance(1_000);
    await drained;
    assertEquals([await lost(), clock.sleeping], [[2, 2], 0]);
    store.release();
  });
});
