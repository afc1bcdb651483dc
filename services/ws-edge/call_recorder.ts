import type { Clock } from "shared/clock/clock.ts";
import type { CallRecord } from "shared/store/stores.ts";
import type { CallRecords } from "./call_records.ts";
import type { TurnBook } from "./telemetry/turn_book.ts";

export interface CallRecorderOptions {
  readonly clock: Clock;
  readonly callRecords: Pick<CallRecords, "started" | "ended">;
  readonly identity: Pick<CallRecord, "call" | "businessId" | "leg">;
  readonly turns: Pick<TurnBook, "turns">;
}

/** Makes one call's record, at its start and its end. */
export class CallRecorder {
  readonly #options: CallRecorderOptions;
  readonly #startedAt = new Date();
  readonly #startedMs: number;

  constructor(options: CallRecorderOptions) {
    this.#options = options;
    this.#startedMs = options.clock.now();
  }

  started(): void {
    this.#options.callRecords.started({
      ...this.#beginning(),
      ...{ endedAt: null, durationMs: null, endReason: null, framesIn: 0, framesOut: 0 },
      ...{ turns: [], notes: [] },
    });
  }

  ended(endReason: string, framesIn: number, framesOut: number): void {
    const { clock, callRecords, turns } = this.#options;
    const nowMs = clock.now();
    const durationMs = Math.round(nowMs - this.#startedMs);
    const endedAt = new Date(this.#startedAt.getTime() + durationMs).toISOString();
    callRecords.ended({
      record: { ...this.#beginning(), endedAt, durationMs, endReason, framesIn, framesOut },
      times: turns.turns(nowMs),
    });
  }

  #beginning(): Pick<CallRecord, "call" | "businessId" | "leg" | "startedAt"> {
    return { ...this.#options.identity, startedAt: this.#startedAt.toISOString() };
  }
}
