import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { Heartbeat } from "shared/bus/messages.ts";
import { heartbeatSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import type { Recognizer } from "shared/speech/recognizer.ts";
import type { VadFactory } from "shared/speech/vad.ts";
import type { Stores } from "shared/store/stores.ts";
import { Businesses } from "./businesses.ts";
import type { SttSettings } from "./config.ts";
import { OfferDesk } from "./offer_desk.ts";
import { SttCall, type SttCallContext } from "./stt_call.ts";
import { sttMetrics } from "./stt_metrics.ts";

const NAME = "stt-service";
const HEARTBEAT_MS = 250;

export interface SttOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Stores;
  /** Open; its owner closes it. */
  readonly recognizer: Recognizer;
  readonly vads: VadFactory;
  readonly settings: SttSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Unique among the workers of this service. */
  readonly instance: string;
}

/** Listens to calls: offers and audio in, speech events and transcripts out. */
export async function startStt(options: SttOptions): Promise<Service> {
  const { bus, clock, stores, recognizer, vads, settings, instance } = options;
  const log = options.log.with({ service: NAME });
  const metrics = sttMetrics(options.metrics);
  const businesses = new Businesses({ store: stores.businesses, clock, log });
  await businesses.preload();
  const context: SttCallContext = { bus, clock, recognizer, vads, settings, metrics, log };
  const desk = new OfferDesk({
    bus,
    clock,
    instance,
    capacity: settings.sttCapacity,
    findBusiness: (id, deadlineMs) => businesses.find(id, deadlineMs),
    open: (offer, business) => new SttCall(context, offer, business),
    metrics,
    log,
  });
  const subject = heartbeatSubject(NAME, instance);
  const stopHeartbeat = every(clock, HEARTBEAT_MS, () => {
    const { calls, draining } = desk;
    const beat: Heartbeat = { instance, calls, capacity: settings.sttCapacity, draining };
    bus.publish(subject, encodeJson(beat));
  });
  return {
    name: NAME,
    ready: () => bus.connected && !desk.draining,
    drain: () => desk.drain(),
    stop: () => {
      stopHeartbeat();
      desk.stop();
      return Promise.resolve();
    },
  };
}
