import type { Bus, Subscription } from "shared/bus/bus.ts";
import { type TelemetryKind, telemetrySubject } from "shared/bus/subjects.ts";
import type {
  CallTelemetry,
  LatencyTelemetry,
  RxTelemetry,
  TxTelemetry,
} from "shared/bus/telemetry.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Timed } from "shared/testing/timeline.ts";

/** What one call has told about itself on the bus, by kind and with the time at which it came. */
export interface Telemetry {
  readonly tx: readonly Timed<TxTelemetry>[];
  readonly rx: readonly Timed<RxTelemetry>[];
  readonly latency: readonly Timed<LatencyTelemetry>[];
  readonly call: readonly Timed<CallTelemetry>[];
}

/** Keeps the telemetry of one call. */
export class TelemetryTap implements Telemetry {
  readonly tx: Timed<TxTelemetry>[] = [];
  readonly rx: Timed<RxTelemetry>[] = [];
  readonly latency: Timed<LatencyTelemetry>[] = [];
  readonly call: Timed<CallTelemetry>[] = [];
  readonly #subscriptions: readonly Subscription[];

  constructor(bus: Bus, clock: Clock, callSid: string) {
    const keep = <T extends object>(kind: TelemetryKind, kept: Timed<T>[]) =>
      bus.subscribe(telemetrySubject(kind, callSid), ({ data }) => {
        kept.push({ ...JSON.parse(new TextDecoder().decode(data)), atMs: clock.now() });
      });
    this.#subscriptions = [
      keep("tx", this.tx),
      keep("rx", this.rx),
      keep("latency", this.latency),
      keep("call", this.call),
    ];
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }
}
