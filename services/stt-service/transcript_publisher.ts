import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { Ack, Speech } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { Alarm } from "./alarm.ts";
import type { SpeechEvent } from "./endpointer.ts";
import { PartialDebounce } from "./partial_debounce.ts";
import type { SttMetrics } from "./stt_metrics.ts";

export interface TranscriptPublisherOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly call: string;
  readonly epoch: number;
  readonly debounceMs: number;
  readonly metrics: SttMetrics;
}

/** What recognition says about one call, on its way to the bus; partials debounced. */
export class TranscriptPublisher {
  readonly #options: TranscriptPublisherOptions;
  readonly #partials: PartialDebounce<SpeechEvent>;
  readonly #alarm: Alarm;

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

  stop(): void {
    this.#alarm.stop();
  }

  #publishPartial(): void {
    const due = this.#partials.take(this.#options.clock.now());
    if (due) this.#publish(due);
  }

  #publish(event: SpeechEvent): void {
    const { call, epoch } = this.#options;
    const message: Speech = { epoch, ...event };
    this.#send(callSubject(call, "speech"), message);
  }

  #send(subject: string, message: Ack | Speech): void {
    const { bus, metrics } = this.#options;
    if (!bus.publish(subject, encodeJson(message))) metrics.busUnsent.inc();
  }
}
