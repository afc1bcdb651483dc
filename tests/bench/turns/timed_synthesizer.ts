/** Flite, and how long it takes to the first sound of each answer. */
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { wallMs } from "../wall_clock.ts";
import { questionIn } from "./question_texts.ts";
import type { FirstPiece } from "./reports.ts";

export class TimedSynthesizer extends FliteSynthesizer {
  readonly #onFirstPiece: (piece: FirstPiece) => void;

  constructor(onFirstPiece: (piece: FirstPiece) => void) {
    super();
    this.#onFirstPiece = onFirstPiece;
  }

  override async *synthesize(
    request: SynthesisRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const question = questionIn(request.text);
    const askedMs = wallMs();
    let isFirst = true;
    for await (const chunk of super.synthesize(request, signal)) {
      if (isFirst && question !== undefined) {
        this.#onFirstPiece({ question, askedMs, firstChunkMs: wallMs() });
      }
      isFirst = false;
      yield chunk;
    }
  }
}
