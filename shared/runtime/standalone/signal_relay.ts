import type { OnSignal, StopSignal } from "../run.ts";

/** Hears signals from the start on, and hands those that came early to whoever listens later. */
export class SignalRelay {
  readonly #early: StopSignal[] = [];
  readonly #abort = new AbortController();
  readonly #remove: () => void;
  #listener: ((signal: StopSignal) => void) | undefined;

  constructor(onSignal: OnSignal) {
    this.#remove = onSignal((signal) => {
      this.#abort.abort(new Error(`Cannot go on: ${signal} came`));
      if (this.#listener) this.#listener(signal);
      else this.#early.push(signal);
    });
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** For `runUntilSignal`. */
  readonly onSignal: OnSignal = (listener) => {
    this.#listener = listener;
    for (const signal of this.#early.splice(0)) listener(signal);
    return () => this.#listener = undefined;
  };

  close(): void {
    this.#remove();
  }
}
