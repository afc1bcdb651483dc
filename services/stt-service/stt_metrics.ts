import type { Metrics } from "shared/runtime/metrics.ts";

/** The recognition service's metrics. */
export function sttMetrics(metrics: Metrics) {
  return {
    calls: metrics.gauge("kav_stt_calls", "Calls listened to"),
    drops: metrics.counter("kav_stt_drops_total", "Caller frames evicted from the inbox"),
    lost: metrics.counter("kav_stt_lost_total", "Caller frames that never came from the bus"),
    finals: metrics.counter("kav_stt_finals_total", "Finals published", ["promoted"]),
    rejected: metrics.counter("kav_stt_rejected_total", "Speech not understood"),
    promotedDiffers: metrics.counter(
      "kav_stt_promoted_differs_total",
      "Engine finals that differ from what had been promoted",
    ),
    engineErrors: metrics.counter("kav_stt_engine_errors_total", "Failures of the engine"),
    busUnsent: metrics.counter("kav_bus_unsent_total", "Messages not sent: the bus was away"),
    badMessages: metrics.counter("kav_bus_bad_messages_total", "Messages refused at the door", [
      "subject",
    ]),
  };
}

export type SttMetrics = ReturnType<typeof sttMetrics>;
