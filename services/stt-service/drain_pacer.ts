const BACKLOG_STEP_MS = 10;
const REPLAY_STEP_MS = 5;
/** Later than this, deadlines begin anew: a stall must not end in a burst. */
const MAX_LATE_MS = 100;

/**
 * When the next frame may be written to the recognizer. The cadence is a limit, not a grid: alone, a frame goes
 * on arrival; a backlog goes at one per 10 ms by absolute deadlines, 5 ms during a replay. Knows no clock.
 */
export class DrainPacer {
  #dueMs = -Infinity;
  #stepMs: number;
  #keepsDeadlines = false;
  /** No frame has waited since the last one was written. */
  #empty = true;

  /** @param replay whether the first backlog is another recognizer's. */
  constructor(replay: boolean) {
    this.#stepMs = replay ? REPLAY_STEP_MS : BACKLOG_STEP_MS;
  }

  /** The next frame may not be written before. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Whether the frame that waits may be written now. */
  mayWrite(nowMs: number): boolean {
    if (this.#empty) this.#frameCame(nowMs);
    return nowMs >= this.#dueMs;
  }

  /** A frame was written at `nowMs`, not before `dueMs`. */
  wrote(nowMs: number): void {
    const keepsDeadlines = this.#keepsDeadlines && nowMs - this.#dueMs <= MAX_LATE_MS;
    this.#dueMs = (keepsDeadlines ? this.#dueMs : nowMs) + this.#stepMs;
    this.#keepsDeadlines = true;
  }

  /** Nothing waits any more. */
  emptied(): void {
    this.#empty = true;
  }

  /** Into an empty queue: it goes on arrival, or belongs to a burst, of which the frame before was a part too. */
  #frameCame(nowMs: number): void {
    this.#empty = false;
    if (nowMs < this.#dueMs) return;
    this.#keepsDeadlines = false;
    const isLive = Number.isFinite(this.#dueMs) && nowMs - this.#dueMs >= BACKLOG_STEP_MS;
    if (isLive) this.#stepMs = BACKLOG_STEP_MS;
  }
}
