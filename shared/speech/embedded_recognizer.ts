import { NoRecognizer } from "./none/no_recognizer.ts";
import { PocketSphinxRecognizer } from "./pocketsphinx/pocketsphinx_recognizer.ts";
import type { Recognizer } from "./recognizer.ts";

export interface RecognizerOptions {
  /** Callers who can speak at the same moment. */
  readonly decoders: number;
  /** Audio handed to a decoder at a time. */
  readonly batchMs: number;
  readonly onWarning: (message: string) => void;
}

export interface ChosenRecognizer {
  /** Not open yet. */
  readonly recognizer: Recognizer;
  /** Why callers can only press keys, and what to do about it; undefined when they can speak. */
  readonly missing: string | undefined;
}

const INSTALL_HINT = "Install it with: apt-get install libpocketsphinx3 pocketsphinx-en-us";

/** The embedded recognizer; without PocketSphinx on this machine, calls go by keypad. */
export function chooseRecognizer(options: RecognizerOptions): ChosenRecognizer {
  const available = PocketSphinxRecognizer.available();
  if (available === true) {
    return { recognizer: new PocketSphinxRecognizer(options), missing: undefined };
  }
  return {
    recognizer: new NoRecognizer(),
    missing: `Speech recognition, so callers can only press keys: ${available}. ${INSTALL_HINT}`,
  };
}
