import type { FinalSpeech } from "shared/bus/messages.ts";

/** An offer holds no more. */
const KEPT = 4;
const KEPT_CHARS = 8_000;

/** The caller's last finals, whichever recognizer heard them, each once. */
export class HeardFinals {
  #finals: FinalSpeech[] = [];

  /** Newest last, at most 4, together at most 8,000 characters. */
  get finals(): FinalSpeech[] {
    return [...this.#finals];
  }

  add(final: FinalSpeech): void {
    if (this.#finals.some((known) => isSame(known, final))) return;
    this.#finals.push(final);
    while (this.#finals.length > KEPT || this.#chars > KEPT_CHARS) this.#finals.shift();
  }

  get #chars(): number {
    return this.#finals.reduce((sum, { text }) => sum + text.length, 0);
  }
}

function isSame(a: FinalSpeech, b: FinalSpeech): boolean {
  return a.epoch === b.epoch && a.speech === b.speech && a.to_seq === b.to_seq;
}
