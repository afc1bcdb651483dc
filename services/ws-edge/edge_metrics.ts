import type { Metrics } from "shared/runtime/metrics.ts";

/** Lateness worth telling apart: well in time, within the lead, audible. Seconds. */
const LATENESS_BUCKETS = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.04, 0.1];
const GREETING_BUCKETS = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 3];
/** About `BARGE_IN_MIN_SPEECH_MS` and what is added to it. */
const BARGE_IN_BUCKETS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1];
const LATENCY_BUCKETS = [0.1, 0.25, 0.5, 0.75, 1, 1.4, 1.8, 2.2, 3, 5];

/** The edge's metrics. What counts per frame is added once a second, from the call's own counters. */
export function edgeMetrics(metrics: Metrics) {
  return {
    calls: metrics.gauge("kav_calls", "Calls on the line"),
    callsTotal: metrics.counter("kav_calls_total", "Calls ended, by reason", ["reason"]),
    failovers: metrics.counter(
      "kav_failovers_total",
      "Calls offered again, because their worker was lost",
      ["role"],
    ),
    recordsLost: metrics.counter("kav_call_records_lost_total", "Call records given up"),
    eventsLost: metrics.counter("kav_call_events_lost_total", "Call events given up"),
    rxFrames: metrics.counter("kav_rx_frames_total", "Frames received from callers"),
    rxDrops: metrics.counter("kav_rx_drops_total", "Caller frames evicted from the rx queue"),
    rxGaps: metrics.counter("kav_rx_sequence_gaps_total", "Twilio messages that never came"),
    rxJumps: metrics.counter("kav_rx_timestamp_jumps_total", "Jumps of Twilio's stream time"),
    txFrames: metrics.counter("kav_tx_frames_total", "Frames sent to callers"),
    txDrops: metrics.counter("kav_tx_drops_total", "Frames evicted from the tx queue"),
    txLost: metrics.counter("kav_tx_lost_total", "Frames lost on the bus"),
    txResyncs: metrics.counter("kav_tx_resyncs_total", "Re-anchorings of the paced sender"),
    txCatchUps: metrics.counter(
      "kav_tx_catch_ups_total",
      "Frames sent late on their old deadlines",
    ),
    txUnderruns: metrics.counter("kav_tx_underruns_total", "Empty queue in mid-utterance"),
    txLateness: metrics.histogram(
      "kav_tx_lateness_seconds",
      "Lateness of paced frames",
      LATENESS_BUCKETS,
    ),
    sendStalls: metrics.counter("kav_send_stalls_total", "Confirmations overdue by 2.5 s"),
    busUnsent: metrics.counter("kav_bus_unsent_total", "Messages not sent: the bus was away"),
    badMessages: metrics.counter("kav_bus_bad_messages_total", "Messages refused at the door", [
      "subject",
    ]),
    badInput: metrics.counter("kav_twilio_bad_input_total", "Messages of Twilio not understood", [
      "reason",
    ]),
    strayMarks: metrics.counter("kav_tx_stray_marks_total", "Echoed marks never sent"),
    answerLatency: metrics.histogram(
      "kav_answer_latency_seconds",
      "Last voiced frame of the caller to first frame of the answer",
      LATENCY_BUCKETS,
    ),
    bargeIn: metrics.histogram(
      "kav_barge_in_seconds",
      "Onset of a caller's speech that silenced Kav to the last frame sent",
      BARGE_IN_BUCKETS,
    ),
    greeting: metrics.histogram(
      "kav_greeting_seconds",
      "Twilio's `start` to the first frame of the greeting, by where it was found",
      GREETING_BUCKETS,
      ["source"],
    ),
  };
}

export type EdgeMetrics = ReturnType<typeof edgeMetrics>;
