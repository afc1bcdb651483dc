/** A mark that Twilio has not echoed yet. */
export interface OutstandingMark {
  readonly name: string;
  /** The utterance it belongs to; 0 for our own `kp:` marks. */
  readonly utterance: number;
  /** Frames written before it: what its echo confirms. */
  readonly framesWritten: number;
  /** When the audio before it should have played. */
  readonly expectedMs: number;
  /** Flushed by a clear: its echo proves no playback. */
  stale: boolean;
}

export type Echo =
  | { readonly kind: "played" | "stale"; readonly mark: OutstandingMark }
  | { readonly kind: "unknown" };

/** Marks outstanding beyond this mean a producer gone wild, or a far side that echoes nothing. */
export const MAX_OUTSTANDING_MARKS = 256;

/**
 * What was written to Twilio and what Twilio has confirmed, by the echo of marks in the order they were sent.
 * An echo also confirms every mark before it.
 */
export class SendLedger {
  #written = 0;
  #confirmed = 0;
  readonly #outstanding: OutstandingMark[] = [];

  get framesWritten(): number {
    return this.#written;
  }

  get framesConfirmed(): number {
    return this.#confirmed;
  }

  /** Frames that may still stand in a buffer between us and the caller's ear. */
  get unconfirmed(): number {
    return this.#written - this.#confirmed;
  }

  get outstandingMarks(): number {
    return this.#outstanding.length;
  }

  /** The mark whose echo is due first. */
  get oldest(): OutstandingMark | undefined {
    return this.#outstanding[0];
  }

  wroteFrame(): void {
    this.#written++;
  }

  wroteMark(name: string, utterance: number, expectedMs: number): void {
    this.#outstanding.push({
      name,
      utterance,
      framesWritten: this.#written,
      expectedMs,
      stale: false,
    });
  }

  /** Twilio echoed a mark. */
  echoed(name: string): Echo {
    const index = this.#outstanding.findIndex((mark) => mark.name === name);
    if (index < 0) return { kind: "unknown" };
    const mark = this.#outstanding[index]!;
    this.#outstanding.splice(0, index + 1);
    this.#confirmed = Math.max(this.#confirmed, mark.framesWritten);
    return { kind: mark.stale ? "stale" : "played", mark };
  }

  /** A clear was sent: every mark now outstanding comes back unplayed. Returns those newly made stale. */
  flush(): OutstandingMark[] {
    const flushed = this.#outstanding.filter((mark) => !mark.stale);
    for (const mark of flushed) mark.stale = true;
    return flushed;
  }

  /** How long the oldest echo is overdue at `nowMs`; 0 when none is. */
  overdueMs(nowMs: number): number {
    const oldest = this.#outstanding[0];
    return oldest ? Math.max(0, nowMs - oldest.expectedMs) : 0;
  }
}
