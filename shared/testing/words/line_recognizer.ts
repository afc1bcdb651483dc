import { SimpleRecognizer } from "shared/testing/simple_recognizer.ts";
import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type {
  FramePosition,
  Recognition,
  RecognitionOptions,
  RecognitionSink,
} from "shared/speech/recognizer.ts";
import type { BookedText, WordBook } from "./word_book.ts";

/** What the recognizer makes of a line: its words, that there was speech, or nothing at all. */
export type LineOutcome = "words" | "rejected" | "noise";

export interface LineRecognizerOptions {
  readonly clock: Clock;
  readonly book: WordBook;
  readonly outcomeOf: (line: BookedText) => LineOutcome;
  /** From a word's last frame to the partial with it. */
  readonly partialMs: number;
  /** From a line's last frame to its final or rejection. */
  readonly finalMs: number;
}

/** Understands lines of a `WordBook`: partials as the words go by, a final behind each line. */
export class LineRecognizer extends SimpleRecognizer {
  override readonly name = "lines";
  readonly #options: LineRecognizerOptions;
  #open = 0;

  constructor(options: LineRecognizerOptions) {
    super();
    this.#options = options;
  }

  /** Recognitions that are not closed. */
  get recognitions(): number {
    return this.#open;
  }

  override recognize(_options: RecognitionOptions, sink: RecognitionSink): Recognition {
    this.#open++;
    return new LineRecognition(this.#options, sink, () => this.#open--);
  }
}

class LineRecognition implements Recognition {
  readonly ready = true;
  readonly #options: LineRecognizerOptions;
  readonly #sink: RecognitionSink;
  readonly #onClose: () => void;
  readonly #waiting = new Set<Cancel>();
  #closed = false;

  constructor(options: LineRecognizerOptions, sink: RecognitionSink, onClose: () => void) {
    this.#options = options;
    this.#sink = sink;
    this.#onClose = onClose;
  }

  write(frame: Uint8Array, at: FramePosition): void {
    const { book, outcomeOf, partialMs, finalMs } = this.#options;
    const found = book.find(frame);
    if (!found || found.frame < found.of.framesPerWord - 1) return;
    const { of: line, word } = found;
    const outcome = outcomeOf(line);
    if (outcome === "noise") return;
    const text = line.words.slice(0, word + 1).join(" ");
    if (outcome === "words") this.#later(partialMs, () => this.#sink.onPartial(text, at));
    if (word < line.words.length - 1) return;
    this.#later(finalMs, () => {
      if (outcome === "rejected") this.#sink.onRejected(at);
      else this.#sink.onFinal(text, at);
    });
  }

  speechStarted(): void {}

  speechEnded(): void {}

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
    this.#onClose();
  }

  #later(ms: number, tell: () => void): void {
    const cancel = after(this.#options.clock, ms, () => {
      this.#waiting.delete(cancel);
      tell();
    });
    this.#waiting.add(cancel);
  }
}
