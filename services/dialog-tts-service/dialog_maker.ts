import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Business } from "shared/store/business.ts";
import { type DialogSettings, languageModelOf } from "./config.ts";
import type { Dialog } from "./dialog/dialog.ts";
import { LanguageModel } from "./dialog/llm/language_model.ts";
import { LlmDialog } from "./dialog/llm/llm_dialog.ts";
import { llmMetrics } from "./dialog/llm/llm_metrics.ts";
import { ScriptedDialog } from "./dialog/scripted_dialog.ts";
import type { Recordings } from "./greeting/recordings.ts";

export interface DialogMakerOptions {
  readonly settings: DialogSettings;
  readonly recordings: Pick<Recordings, "of">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Reaches the language model. Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** Who talks for a business: the language model, where one is set, and the business's own script. */
export async function dialogMaker(
  { settings, recordings, clock, log, metrics, fetch }: DialogMakerOptions,
): Promise<(business: Business) => Dialog> {
  const set = languageModelOf(settings);
  if (!set) return (business) => new ScriptedDialog(business);
  const counts = llmMetrics(metrics);
  const reach = fetch ? { fetch } : {};
  const model = new LanguageModel({ ...set, ...reach, clock, log, metrics: counts });
  await model.open();
  return (business) =>
    new LlmDialog({
      model,
      business,
      scripted: new ScriptedDialog(business),
      filler: () => recordings.of("filler", business.language),
      firstTokenMs: settings.llmFirstTokenMs,
      historyTokens: settings.llmHistoryTokens,
      clock,
      metrics: counts,
    });
}
