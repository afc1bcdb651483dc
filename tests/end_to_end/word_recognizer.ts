import { SimpleRecognizer } from "shared/testing/simple_recognizer.ts";
import type { Clock } from "shared/clock/clock.ts";
import { after } from "shared/clock/timers.ts";
import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";
import type {
  FramePosition,
  Recognition,
  RecognitionOptions,
  RecognitionSink,
} from "shared/speech/recognizer.ts";

export interface WordRecognizerOptions {
  readonly clock: Clock;
  /** Until it takes audio. Default 0: at once. */
  readonly openMs?: number;
  /** Whether it gives finals, or leaves it all to promotion. Default true. */
  readonly finals?: boolean;
}

/** A frame of the word `number` (0 to 99). */
export function wordFrame(number: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(FRAME_BYTES).fill(number);
}

/** Understands frames of {@link wordFrame}: says `w{number}` for each word it has heard, and nothing it has not. */
export class WordRecognizer extends SimpleRecognizer {
  override readonly name = "words";
  /** The frames written, of all calls. */
  readonly written: number[] = [];
  readonly #options: WordRecognizerOptions;

  constructor(options: WordRecognizerOptions) {
    super();
    this.#options = options;
  }

  override recognize(_options: RecognitionOptions, sink: RecognitionSink): Recognition {
    const { clock, openMs = 0, finals = true } = this.#options;
    let ready = openMs === 0;
    let words: string[] = [];
    const cancel = after(clock, openMs, () => {
      if (ready) return;
      ready = true;
      sink.onReady();
    });
    return {
      get ready() {
        return ready;
      },
      write: (frame: Uint8Array, at: FramePosition) => {
        this.written.push(at.seq);
        const word = `w${frame[0]}`;
        if (frame[0] === MULAW_SILENCE || words.at(-1) === word) return;
        words.push(word);
        const text = words.join(" ");
        queueMicrotask(() => sink.onPartial(text, at));
      },
      speechStarted: () => {},
      speechEnded: (lastVoiced: FramePosition) => {
        if (!finals) return;
        const text = words.join(" ");
        words = [];
        queueMicrotask(() => sink.onFinal(text, lastVoiced));
      },
      close: cancel,
    };
  }
}
