import type { Bus } from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import { Businesses } from "shared/runtime/worker/businesses.ts";
import { startWorker } from "shared/runtime/worker/worker.ts";
import type { Recognizer } from "shared/speech/recognizer.ts";
import type { VadFactory } from "shared/speech/vad.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import type { SttSettings } from "./config.ts";
import { SttCall, type SttCallContext } from "./stt_call.ts";
import { sttMetrics } from "./stt_metrics.ts";

const NAME = "stt-service";

export interface SttOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Stores;
  /** The content of `BUSINESS_FILE`, for when the store is away. */
  readonly businesses: readonly Business[];
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
  const businesses = new Businesses({
    store: stores.businesses,
    file: options.businesses,
    clock,
    log,
  });
  await businesses.preload();
  const context: SttCallContext = { bus, clock, recognizer, vads, settings, metrics, log };
  return startWorker({
    name: NAME,
    role: "stt",
    bus,
    clock,
    instance,
    capacity: settings.sttCapacity,
    findBusiness: (id, deadlineMs) => businesses.find(id, deadlineMs),
    open: (offer, business) => new SttCall(context, offer, business),
    metrics,
    log,
  });
}
