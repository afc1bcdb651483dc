/** Records of calls for tests. */
import type { CallRecord, CallTurn } from "shared/store/stores.ts";

export function aTurn(turn: number, over: Partial<CallTurn> = {}): CallTurn {
  return {
    ...{ turn, asked: null, told: "Hello.", interrupted: false, tools: [] },
    ...{ askedFromMs: null, askedToMs: null, toldFromMs: null, toldToMs: null },
    ...{ latency: null, bargeInMs: null, ...over },
  };
}

/** Begun at 03:04:05 local time. */
export function aRecord(call: string, over: Partial<CallRecord> = {}): CallRecord {
  const startedAt = new Date(2026, 0, 2, 3, 4, 5).toISOString();
  return {
    ...{ call, businessId: "shop", leg: 0, startedAt, endedAt: startedAt, durationMs: 65_400 },
    ...{ endReason: "goodbye", framesIn: 3_270, framesOut: 900, turns: [], notes: [], ...over },
  };
}
