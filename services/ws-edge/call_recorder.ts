import type { Clock } from "shared/clock/clock.ts";
import type { CallRecord } from "shared/store/stores.ts";
import type { CallEventKind, CallRecords } from "./call_records.ts";

export interface CallRecorderOptions {
  readonly clock: Clock;
  readonly callRecords: Pick<CallRecords, "keep">;
  readonly identity: Pick<CallRecord, "call" | "businessId" | "leg">;
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
    this.#keep("started", {
      endedAt: null,
      durationMs: null,
      endReason: null,
      framesIn: 0,
      framesOut: 0,
    });
  }

  ended(endReason: string, framesIn: number, framesOut: number): void {
    const durationMs = Math.round(this.#options.clock.now() - this.#startedMs);
    const endedAt = new Date(this.#startedAt.getTime() + durationMs).toISOString();
    this.#keep("ended", { endedAt, durationMs, endReason, framesIn, framesOut });
  }

  #keep(event: CallEventKind, facts: Omit<CallRecord, keyof Identity | "startedAt">): void {
    const { callRecords, identity } = this.#options;
    callRecords.keep(event, { ...identity, startedAt: this.#startedAt.toISOString(), ...facts });
  }
}

type Identity = CallRecorderOptions["identity"];
