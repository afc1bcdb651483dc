import type { Credit } from "shared/bus/messages.ts";

/** The first credit of a call, with some of it changed. */
export function sampleCredit(changes: Partial<Credit> = {}): Credit {
  return {
    epoch: 0,
    consumed_seq: -1,
    cleared_through: 0,
    cleared: [],
    queued: 0,
    paused: false,
    stream_ms: 0,
    ...changes,
  };
}
