import type { Metrics } from "shared/runtime/metrics.ts";

export function llmMetrics(metrics: Metrics) {
  return {
    failures: metrics.counter(
      "kav_llm_failures_total",
      "Answers of the language model that did not come, or not whole, by reason",
      ["reason"],
    ),
    firstToken: metrics.histogram(
      "kav_llm_first_token_seconds",
      "From a request to the language model to the first token of its answer",
      [0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5],
    ),
    fillers: metrics.counter(
      "kav_llm_fillers_total",
      "Recorded words said because the language model or a tool kept the caller waiting",
    ),
  };
}

export type LlmMetrics = ReturnType<typeof llmMetrics>;
