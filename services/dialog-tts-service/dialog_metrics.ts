import type { Metrics } from "shared/runtime/metrics.ts";

/** The dialog service's metrics. */
export function dialogMetrics(metrics: Metrics) {
  return {
    calls: metrics.gauge("kav_dialog_calls", "Calls in talk"),
    turns: metrics.counter("kav_dialog_turns_total", "Answers begun"),
    notUnderstood: metrics.counter(
      "kav_dialog_not_understood_total",
      "Answers that ask the caller to say it again",
    ),
    bargeIns: metrics.counter("kav_dialog_barge_ins_total", "Utterances cut short by the caller"),
    falseInterruptions: metrics.counter(
      "kav_dialog_false_interruptions_total",
      "Utterances that went on, because what cut them short had no words",
    ),
    ttsStalls: metrics.counter(
      "kav_tts_stalls_total",
      "Synthesis held back by a full utterance backlog",
    ),
    ttsFailures: metrics.counter("kav_tts_failures_total", "Utterances broken off by the engine"),
    apologies: metrics.counter(
      "kav_apologies_total",
      "Calls given up with the recorded apology: nothing could be spoken",
    ),
    greetingMisses: metrics.counter(
      "kav_greeting_misses_total",
      "Calls greeted with the emergency greeting, by reason",
      ["reason"],
    ),
    storeErrors: metrics.counter(
      "kav_dialog_store_errors_total",
      "Conversations not written to the store, or not read from it",
    ),
    badMessages: metrics.counter("kav_bus_bad_messages_total", "Messages refused at the door", [
      "subject",
    ]),
  };
}

export type DialogMetrics = ReturnType<typeof dialogMetrics>;
