/** PURE. The caller's speech in progress, and whether words may still come of it. */

/** Speech that nobody has seen the end of has one after so long: its recognizer may be gone. */
const MAX_SPEECH_MS = 30_000;
/** Of speech that has ended, a recognizer's result comes within this time or not at all. */
const RESULT_MS = 1_000;

export class CallerVoice {
  #onsetMs: number | undefined;
  #sustained = false;
  #hasWords = false;
  #wordsUntilMs = -Infinity;

  /** Stream time at which the speech in progress began. */
  get onsetMs(): number | undefined {
    return this.#onsetMs;
  }

  /** Whether the speech in progress, or that of which words may still come, has lasted long enough to interrupt. */
  get isSustained(): boolean {
    return this.#sustained;
  }

  /** Whether words of it are known already. */
  get hasWords(): boolean {
    return this.#hasWords;
  }

  /** Until then words may come of what is heard, or was heard last. */
  get wordsUntilMs(): number {
    return this.#wordsUntilMs;
  }

  /** It goes on: it began at this stream time. */
  heard(onsetMs: number, nowMs: number): void {
    if (this.#onsetMs === undefined) {
      this.#wordsUntilMs = nowMs + MAX_SPEECH_MS;
      this.#sustained = this.#hasWords = false;
    }
    this.#onsetMs = onsetMs;
  }

  sustained(onsetMs: number, nowMs: number): void {
    this.heard(onsetMs, nowMs);
    this.#sustained = true;
  }

  /** Words of it were made out. */
  worded(): void {
    this.#hasWords = true;
  }

  ended(nowMs: number): void {
    this.#wordsUntilMs = nowMs + RESULT_MS;
    this.#onsetMs = undefined;
  }

  /** A recognizer has had its say about it. */
  concluded(nowMs: number): void {
    this.#wordsUntilMs = nowMs;
    this.#onsetMs = undefined;
    this.#sustained = this.#hasWords = false;
  }
}
