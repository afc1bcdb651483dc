/** PURE. How long the caller has been silent, and how often that was said. */

export class IdleWatch {
  readonly #promptMs: number;
  #sinceMs = Infinity;
  #times = 0;

  /** @param promptMs of silence; 0: never. */
  constructor(promptMs: number) {
    this.#promptMs = promptMs > 0 ? promptMs : Infinity;
  }

  /** When the silence has lasted too long, unless something happens. */
  get dueMs(): number {
    return this.#sinceMs + this.#promptMs;
  }

  /** The silence begins now. */
  touch(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** The caller is there. */
  answered(nowMs: number): void {
    this.#times = 0;
    this.touch(nowMs);
  }

  /** @returns how many times in a row it has been too long now. */
  prompt(nowMs: number): number {
    this.touch(nowMs);
    return ++this.#times;
  }
}
