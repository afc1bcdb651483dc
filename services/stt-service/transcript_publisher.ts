import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { Ack, Speech } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { Alarm } from "./alarm.ts";
import type { SpeechEvent } from "./endpointer.ts";
import { PartialDebounce } from "./partial_debounce.ts";
import type { SttMetrics } from "./stt_metrics.ts";

/** Results kept while the bus is away. */
const KEPT_RESULTS = 8;

export interface TranscriptPublisherOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly call: string;
  readonly epoch: number;
  readonly debounceMs: number;
  readonly metrics: SttMetrics;
}

/**
 * What recognition says about one call, on its way to the bus.
 *
 * - Partials are debounced.
 * - Results, final or rejected, wait while the bus is away, and go out before all else when it is back; the rest
 *   is dropped and counted.
 */
export class TranscriptPublisher {
  readonly #options: TranscriptPublisherOptions;
  readonly #partials: PartialDebounce<SpeechEvent>;
  readonly #alarm: Alarm;
  readonly #results = new BoundedQueue<Speech>(KEPT_RESULTS);

  constructor(options: TranscriptPublisherOptions) {
    this.#options = options;
    this.#partials = new PartialDebounce(options.debounceMs);
    this.#alarm = new Alarm(options.clock, () => this.#publishPartial());
  }

  speech(event: SpeechEvent): void {
    const { clock, metrics } = this.#options;
    if (event.kind === "partial") {
      const due = this.#partials.offer(event, clock.now());
      if (due) this.#publish(due);
      this.#alarm.set(this.#partials.dueMs);
      return;
    }
    if (event.kind === "final") metrics.finals.inc({ promoted: String(event.promoted) });
    if (event.kind === "rejected") metrics.rejected.inc();
    if (event.kind === "final" || event.kind === "rejected") {
      this.#partials.reset();
      this.#alarm.stop();
    }
    this.#publish(event);
  }

  ack(progress: Omit<Ack, "epoch">): void {
    const { call, epoch } = this.#options;
    const ack: Ack = { epoch, ...progress };
    this.#send(callSubject(call, "ack"), ack);
  }

  /** Publishes the results that wait, oldest first, as far as the bus lets them go. */
  flush(): void {
    const { bus, call } = this.#options;
    const subject = callSubject(call, "speech");
    for (let result = this.#results.at(0); result; result = this.#results.at(0)) {
      if (!bus.publish(subject, encodeJson(result))) return;
      this.#results.shift();
    }
  }

  /** Publishes nothing more; results that still wait are lost. */
  stop(): void {
    this.#alarm.stop();
    this.#options.metrics.busUnsent.inc(this.#results.length);
    this.#results.clear();
  }

  #publishPartial(): void {
    const due = this.#partials.take(this.#options.clock.now());
    if (due) this.#publish(due);
  }

  #publish(event: SpeechEvent): void {
    const { call, epoch } = this.#options;
    const message: Speech = { epoch, ...event };
    const isResult = message.kind === "final" || message.kind === "rejected";
    if (isResult && this.#results.push(message)) this.#options.metrics.busUnsent.inc();
    this.flush();
    if (!isResult) this.#send(callSubject(call, "speech"), message);
  }

  #send(subject: string, message: Ack | Speech): void {
    const { bus, metrics } = this.#options;
    if (!bus.publish(subject, encodeJson(message))) metrics.busUnsent.inc();
  }
}
