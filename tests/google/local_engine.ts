/** A recognizer beside Google's, which hears the tone voice at once: the next engine of a chain. */
import type {
  FramePosition,
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "shared/speech/recognizer.ts";
import { Lexicon } from "shared/testing/google_emulator/lexicon.ts";
import { toneVoice } from "shared/testing/google_emulator/tone_voice.ts";

export class LocalEngine implements Recognizer {
  readonly name = "local";
  /** When it was given which call. */
  readonly calls: { readonly call: string; readonly atMs: number }[] = [];
  readonly #lexicon = new Lexicon();

  /** @param texts that it understands. */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.#lexicon.add(toneVoice(text));
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  supports(): boolean {
    return true;
  }

  recognize({ call }: RecognitionOptions, sink: RecognitionSink): Recognition {
    this.calls.push({ call, atMs: performance.now() });
    return new LocalRecognition(this.#lexicon, sink);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An interim with each word that begins, a final at the end of speech. */
class LocalRecognition implements Recognition {
  readonly ready = true;
  readonly #lexicon: Lexicon;
  readonly #sink: RecognitionSink;
  #words: string[] = [];
  #isClosed = false;

  constructor(lexicon: Lexicon, sink: RecognitionSink) {
    this.#lexicon = lexicon;
    this.#sink = sink;
  }

  write(frame: Uint8Array, at: FramePosition): void {
    const heard = this.#lexicon.find(frame);
    if (!heard?.isWordStart) return;
    this.#words.push(heard.word);
    const text = this.#words.join(" ");
    this.#tell(() => this.#sink.onPartial(text, at));
  }

  speechStarted(): void {}

  speechEnded(lastVoiced: FramePosition): void {
    const text = this.#words.join(" ");
    this.#words = [];
    this.#tell(() =>
      text ? this.#sink.onFinal(text, lastVoiced) : this.#sink.onRejected(lastVoiced)
    );
  }

  close(): void {
    this.#isClosed = true;
  }

  #tell(tell: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) tell();
    });
  }
}
