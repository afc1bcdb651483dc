import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { callEventSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { Outbox } from "shared/runtime/outbox.ts";
import type { CallRecord, CallRecordStore, ConversationStore } from "shared/store/stores.ts";
import { CallCompletion, type EndedCall } from "./call_completion.ts";
import type { EdgeMetrics } from "./edge_metrics.ts";

/** Within, a stream has confirmed an event or counts as away. */
const CONFIRM_LIMIT_MS = 2_000;

type CallEventKind = "started" | "ended";

interface CallEvent {
  readonly event: CallEventKind;
  readonly record: CallRecord;
}

export interface CallRecordsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: CallRecordStore;
  readonly conversations: Pick<ConversationStore, "get">;
  readonly metrics: Pick<EdgeMetrics, "recordsLost" | "eventsLost">;
  readonly log: Log;
}

/**
 * What all calls of an edge leave behind, in the store and in the stream `KAV_CALLS`: written when they are back, in
 * bounds, or counted as lost.
 */
export class CallRecords {
  readonly #options: CallRecordsOptions;
  readonly #completion: CallCompletion;
  readonly #records: Outbox<CallRecord>;
  readonly #events: Outbox<CallEvent>;

  constructor(options: CallRecordsOptions) {
    const { clock, store, metrics, log } = options;
    this.#options = options;
    this.#completion = new CallCompletion({
      ...options,
      keep: (record) => this.#keep("ended", record),
    });
    this.#records = new Outbox({
      clock,
      // The store has one record per call, of its newest leg: that of an older one may come later.
      key: ({ call, leg }) => `${call}:${leg}`,
      write: (record) => store.put(record),
      onLost: (count) => {
        metrics.recordsLost.inc(count);
        log.warnLimited("records_lost", "call records given up", { count });
      },
      onRetry: (cause) => {
        log.warnLimited("records", "call record not stored yet", { error: String(cause) });
      },
    });
    this.#events = new Outbox({
      clock,
      key: eventId,
      write: (event) => this.#publish(event),
      onLost: (count) => {
        metrics.eventsLost.inc(count);
        log.warnLimited("events_lost", "call events given up", { count });
      },
      onRetry: (cause) => {
        log.warnLimited("events", "call event not in its stream yet", { error: String(cause) });
      },
    });
  }

  started(record: CallRecord): void {
    this.#keep("started", record);
  }

  /** Goes out as soon as it is complete. */
  ended(call: EndedCall): void {
    this.#completion.complete(call);
  }

  /**
   * Tries until everything is written or the time `deadlineMs` is reached; the rest is counted as lost. Conversations have
   * half of that time to end.
   */
  async drain(deadlineMs: number): Promise<void> {
    const nowMs = this.#options.clock.now();
    await this.#completion.drain(nowMs + (deadlineMs - nowMs) / 2);
    await Promise.all([this.#records.drain(deadlineMs), this.#events.drain(deadlineMs)]);
  }

  #keep(event: CallEventKind, record: CallRecord): void {
    this.#records.push(record);
    this.#events.push({ event, record });
  }

  async #publish(event: CallEvent): Promise<boolean> {
    const result = await this.#options.bus.publishDurable(
      callEventSubject(event.event),
      encodeJson(event.record),
      { messageId: eventId(event), timeoutMs: CONFIRM_LIMIT_MS },
    );
    if (result.ok) return true;
    // A stream that is not there now may come, but is not waited for without end.
    if (result.reason === "no_stream") return false;
    throw new Error(`Cannot publish a call event: ${result.reason}`);
  }
}

/** What a stream tells repetitions by. */
function eventId({ event, record: { call, leg } }: CallEvent): string {
  return `${call}:${leg}:${event}`;
}
