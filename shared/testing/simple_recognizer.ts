import type {
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "shared/speech/recognizer.ts";

/** A recognizer with nothing to open or to close, for every language: what is left is how it hears. */
export abstract class SimpleRecognizer implements Recognizer {
  abstract readonly name: string;

  abstract recognize(options: RecognitionOptions, sink: RecognitionSink): Recognition;

  open(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  supports(): boolean {
    return true;
  }
}
