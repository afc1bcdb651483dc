import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { boundedRecord } from "./call_record_bounds.ts";
import type { CallRecord, CallTurn } from "./stores.ts";

function aTurn(turn: number, over: Partial<CallTurn> = {}): CallTurn {
  return {
    ...{ turn, asked: null, told: "Hello.", interrupted: false, tools: [] },
    ...{ askedFromMs: 0, askedToMs: 0, toldFromMs: 0, toldToMs: 0, latency: null },
    ...{ bargeInMs: null, ...over },
  };
}

function aRecord(turns: CallTurn[], notes: string[] = []): CallRecord {
  return {
    ...{ call: "CA1", businessId: "shop", leg: 0, startedAt: "2026-01-01T00:00:00.000Z" },
    ...{ endedAt: null, durationMs: null, endReason: null, framesIn: 0, framesOut: 0 },
    ...{ turns, notes },
  };
}

describe("boundedRecord()", () => {
  it("leaves a call of usual length as it is", () => {
    const record = aRecord([aTurn(0), aTurn(1, { asked: "When?" })], ["Call back."]);
    assertEquals(boundedRecord(record), record);
  });

  it("keeps the newest turns, so many that a message of the bus holds them", () => {
    const long = "\u05d0".repeat(3_000);
    const tools = Array.from({ length: 60 }, () => ({ name: "t", ms: 1, outcome: "ok" as const }));
    const turns = Array.from(
      { length: 600 },
      (_, i) => aTurn(i, { asked: long, told: long, tools }),
    );
    const record = boundedRecord(aRecord(turns, Array(200).fill(long)));
    assertEquals([record.notes.length, record.notes[0]!.length], [20, 2_000]);
    const kept = record.turns;
    assertGreater(kept.length, 10);
    assertEquals([kept.at(-1)!.turn, kept[0]!.turn], [599, 600 - kept.length]);
    assertEquals(kept[0]!.tools.length, 50);
    const bytes = new TextEncoder().encode(JSON.stringify(record)).length;
    assertLess(bytes, 1_000_000);
  });

  it("cuts no character in two", () => {
    const [turn] = boundedRecord(aRecord([aTurn(0, { told: "🙂".repeat(1_001) })])).turns;
    assertEquals(turn!.told, "🙂".repeat(999) + "…");
  });
});
