import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { callEventSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { CallRecord, CallRecordStore } from "shared/store/stores.ts";

export interface CallRecorderOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly callRecords: CallRecordStore;
  readonly log: Log;
  readonly identity: Pick<CallRecord, "call" | "businessId" | "leg">;
}

/** Writes one call's record, at its start and its end: to the store, and to `kav.event.call.*`. */
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

  #keep(event: "started" | "ended", facts: Omit<CallRecord, keyof Identity | "startedAt">): void {
    const { bus, callRecords, log, identity } = this.#options;
    const record = { ...identity, startedAt: this.#startedAt.toISOString(), ...facts };
    bus.publish(callEventSubject(event), encodeJson(record));
    callRecords.put(record).catch((error) => {
      log.warn("call record not stored", { event, error: String(error) });
    });
  }
}

type Identity = CallRecorderOptions["identity"];
