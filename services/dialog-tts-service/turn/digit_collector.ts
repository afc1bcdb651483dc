/** PURE. Digits that the caller enters on the keypad. */
import type { KeypadEntry } from "shared/store/stores.ts";

/** `goes_on`: more may come. */
export type EntryProgress = "goes_on" | "complete" | "incomplete";

/** One entry: complete with its last digit, its terminator, or when time is over and there are enough. */
export class DigitCollector {
  readonly entry: KeypadEntry;
  #digits = "";
  #dueMs: number;

  constructor(entry: KeypadEntry, nowMs: number) {
    this.entry = entry;
    this.#dueMs = nowMs + entry.timeoutMs;
  }

  get digits(): string {
    return this.#digits;
  }

  /** When the time is over. */
  get dueMs(): number {
    return this.#dueMs;
  }

  press(key: string, nowMs: number): EntryProgress {
    const { terminator, maxDigits, timeoutMs } = this.entry;
    this.#dueMs = nowMs + timeoutMs;
    if (key === terminator) return this.timeOver();
    if (/^\d$/.test(key)) this.#digits += key;
    return this.#digits.length >= maxDigits ? "complete" : "goes_on";
  }

  timeOver(): EntryProgress {
    return this.#digits.length >= this.entry.minDigits ? "complete" : "incomplete";
  }
}
