import type { Clock } from "shared/clock/clock.ts";
import type { Business } from "shared/store/business.ts";
import type { Dialog, DialogInput, DialogReply, DialogRequest } from "../dialog.ts";
import type { Piece } from "../reply_text.ts";
import type { LanguageModel } from "./language_model.ts";
import type { LlmMetrics } from "./llm_metrics.ts";
import { ModelReply } from "./model_reply.ts";
import { type ModelInput, promptOf } from "./prompt.ts";

export interface LlmDialogOptions {
  /** Shared by the calls of a process. */
  readonly model: LanguageModel;
  readonly business: Business;
  /** Answers keys and silence, and whatever the model does not. */
  readonly scripted: Dialog;
  /** Recorded words for a caller who is kept waiting. */
  readonly filler: () => Piece;
  /** Without a first token the filler is said; after twice that the scripted dialog answers. */
  readonly firstTokenMs: number;
  readonly historyTokens: number;
  readonly clock: Clock;
  readonly metrics: LlmMetrics;
}

/** Speech, and digits that the model asked for, are answered by a language model. */
export class LlmDialog implements Dialog {
  readonly #options: LlmDialogOptions;

  constructor(options: LlmDialogOptions) {
    this.#options = options;
  }

  reply(request: DialogRequest, signal: AbortSignal): Promise<DialogReply> {
    const { scripted, historyTokens, ...parts } = this.#options;
    const { input, turns, desk } = request;
    const fallback = () => scripted.reply(request, signal);
    // A note was asked for by the script, which takes it.
    const isNote = turns.at(-1)?.then.do === "take_note";
    if (isNote || !isForModel(input) || !parts.model.allows()) return fallback();
    const prompt = promptOf({ business: parts.business, turns, input, historyTokens });
    return ModelReply.begin({ ...parts, prompt, desk, fallback, signal });
  }
}

function isForModel(input: DialogInput): input is ModelInput {
  return input.kind === "speech" || input.kind === "go_on" ||
    (input.kind === "entry" && input.tool === null);
}
