import { FRAME_MS } from "./frame.ts";

/** How a frame left: within the lead, in time, late but on the old deadlines, or late with new ones. */
export type Departure = "lead" | "paced" | "catch_up" | "resync";

/**
 * Absolute deadlines for frames of 20 ms: `due(k) = anchor + max(0, k - lead) * 20 ms`, k from 0.
 *
 * Late by up to max(2, lead) frames, a frame keeps the deadlines (bounded catch-up); later, the anchor moves to
 * now and a new lead begins (resync). Knows no clock: every method takes `nowMs`, monotonic.
 */
export class DeadlinePacer {
  readonly leadFrames: number;
  readonly #maxLateMs: number;
  #anchorMs: number | undefined;
  #sent = 0;

  constructor(leadFrames: number) {
    if (!Number.isInteger(leadFrames) || leadFrames < 0) {
      throw new RangeError(`Cannot pace: the lead is 0 or more frames, received ${leadFrames}`);
    }
    this.leadFrames = leadFrames;
    this.#maxLateMs = Math.max(2, leadFrames) * FRAME_MS;
  }

  /** When the next frame may leave; undefined before `begin` (then: at once). */
  get dueMs(): number | undefined {
    if (this.#anchorMs === undefined) return undefined;
    return this.#anchorMs + Math.max(0, this.#sent - this.leadFrames) * FRAME_MS;
  }

  /** When the audio sent since the anchor has played out; undefined before `begin`. */
  get playedOutMs(): number | undefined {
    return this.#anchorMs === undefined ? undefined : this.#anchorMs + this.#sent * FRAME_MS;
  }

  /**
   * When a missing next frame is an underrun: at its deadline, or within the lead, whose frames have none of
   * their own, when the audio sent has played out. Undefined before `begin`.
   */
  get starvesMs(): number | undefined {
    return this.#sent <= this.leadFrames ? this.playedOutMs : this.dueMs;
  }

  /**
   * An utterance begins. If the audio before it has not played out, its deadlines continue; else a new lead
   * begins. Neither is a resync.
   */
  begin(nowMs: number): void {
    const playedOutMs = this.playedOutMs;
    if (playedOutMs === undefined || nowMs >= playedOutMs) this.#anchorAt(nowMs);
  }

  /** What was sent will not play (a clear): the next utterance has a new anchor. */
  reset(): void {
    this.#anchorMs = undefined;
    this.#sent = 0;
  }

  /** Takes the next frame's departure at `nowMs`, which is not before `dueMs`. */
  depart(nowMs: number): Departure {
    const dueMs = this.dueMs;
    if (dueMs === undefined || nowMs - dueMs > this.#maxLateMs) {
      this.#anchorAt(nowMs);
      this.#sent = 1;
      return dueMs === undefined ? "lead" : "resync";
    }
    const lead = this.#sent <= this.leadFrames;
    this.#sent++;
    if (lead) return "lead";
    return nowMs - dueMs < FRAME_MS ? "paced" : "catch_up";
  }

  #anchorAt(nowMs: number): void {
    this.#anchorMs = nowMs;
    this.#sent = 0;
  }
}
