/** A recognizer that ignores what it hears: the VAD says when a caller has spoken, and every time it is another question. */
import { SimpleRecognizer } from "shared/testing/simple_recognizer.ts";
import type {
  FramePosition,
  Recognition,
  RecognitionOptions,
  RecognitionSink,
} from "shared/speech/recognizer.ts";
import { wallMs } from "../wall_clock.ts";
import { questionText } from "./question_texts.ts";
import type { Final } from "./reports.ts";

export class NumberedRecognizer extends SimpleRecognizer {
  override readonly name = "numbered";
  readonly #onFinal: (final: Final) => void;
  #questions = 0;

  constructor(onFinal: (final: Final) => void) {
    super();
    this.#onFinal = onFinal;
  }

  override recognize({ call }: RecognitionOptions, sink: RecognitionSink): Recognition {
    let turn = 0;
    let isClosed = false;
    const report = (to: FramePosition) => {
      if (isClosed) return;
      const question = ++this.#questions;
      this.#onFinal({ question, call, turn: ++turn, atMs: wallMs() });
      sink.onFinal(questionText(question), to);
    };
    return {
      ready: true,
      write: () => {},
      speechStarted: () => {},
      speechEnded: (lastVoiced) => queueMicrotask(() => report(lastVoiced)),
      close: () => isClosed = true,
    };
  }
}
