import type { Metrics } from "shared/runtime/metrics.ts";

/** The greeting builder's metrics. */
export function builderMetrics(metrics: Metrics) {
  return {
    rendered: metrics.counter("kav_greetings_rendered_total", "Greetings rendered and stored"),
    failed: metrics.counter("kav_greetings_failed_total", "Greetings that could not be rendered"),
    promptEvents: metrics.counter(
      "kav_prompt_events_total",
      "Prompt changes handled, by result",
      ["result"],
    ),
    promptsDead: metrics.counter("kav_prompts_dead_total", "Prompt changes given up"),
    badMessages: metrics.counter("kav_bus_bad_messages_total", "Messages refused at the door", [
      "subject",
    ]),
  };
}

export type BuilderMetrics = ReturnType<typeof builderMetrics>;
