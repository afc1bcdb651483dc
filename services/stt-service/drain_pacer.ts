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
  #backlog = false;
  #stepMs: number;

  /** @param replay whether the first backlog is another recognizer's. */
  constructor(replay: boolean) {
    this.#stepMs = replay ? REPLAY_STEP_MS : BACKLOG_STEP_MS;
  }

  /** The next frame may not be written before. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** A frame was written at `nowMs`, not before `dueMs`. */
  wrote(nowMs: number): void {
    const keepsDeadlines = this.#backlog && nowMs - this.#dueMs <= MAX_LATE_MS;
    this.#dueMs = (keepsDeadlines ? this.#dueMs : nowMs) + this.#stepMs;
    this.#backlog = true;
  }

  /** Nothing waits any more. */
  emptied(): void {
    if (!this.#backlog) return;
    this.#backlog = false;
    this.#stepMs = BACKLOG_STEP_MS;
  }
}
