import type { Recognition, Recognizer } from "../recognizer.ts";

const DEAF: Recognition = {
  ready: true,
  write: () => {},
  speechStarted: () => {},
  speechEnded: () => {},
  close: () => {},
};

/** Where no engine is at hand: always ready, hears nothing, so that calls go by keypad. */
export class NoRecognizer implements Recognizer {
  readonly name = "none";

  open(): Promise<void> {
    return Promise.resolve();
  }

  supports(): boolean {
    return true;
  }

  recognize(): Recognition {
    return DEAF;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
