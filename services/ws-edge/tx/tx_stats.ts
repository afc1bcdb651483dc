import type { Departure } from "shared/media/deadline_pacer.ts";

/** Below this many gaps a rate says nothing. */
const MIN_GAPS_FOR_FPS = 40;
/** More frames than one call sends in a second, catch-up and lead included. */
const MAX_LATENESS_SAMPLES = 128;

/** What one call's sender did since the last report. */
export interface TxReport {
  readonly fps: number | null;
  readonly lateP99Ms: number;
  readonly frames: number;
  readonly drops: number;
  readonly resyncs: number;
  readonly underruns: number;
  readonly catchUps: number;
  readonly lost: number;
  readonly stalls: number;
}

/**
 * Counters of one call's sender. `departed` runs for every frame and allocates nothing; `take` makes a report of
 * the last second and begins the next.
 */
export class TxStats {
  drops = 0;
  underruns = 0;
  lost = 0;
  stalls = 0;
  /** Frames since the call began. */
  framesTotal = 0;
  #frames = 0;
  #resyncs = 0;
  #catchUps = 0;
  #gaps = 0;
  #gapsMs = 0;
  #lastPacedMs = 0;
  #lastPacedUtterance = 0;
  readonly #lateness = new Float64Array(MAX_LATENESS_SAMPLES);
  #latenessCount = 0;

  departed(kind: Departure, utterance: number, lateMs: number, nowMs: number): void {
    this.#frames++;
    this.framesTotal++;
    if (kind === "resync") this.#resyncs++;
    else if (kind === "catch_up") this.#catchUps++;
    if (kind === "lead" || kind === "resync") {
      this.#lastPacedUtterance = 0;
      return;
    }
    if (this.#lastPacedUtterance === utterance) {
      this.#gaps++;
      this.#gapsMs += nowMs - this.#lastPacedMs;
    }
    this.#lastPacedMs = nowMs;
    this.#lastPacedUtterance = utterance;
    if (this.#latenessCount < MAX_LATENESS_SAMPLES) {
      this.#lateness[this.#latenessCount++] = lateMs;
    }
  }

  /** The lateness of each paced frame since the last report, ms. A view, valid until `take`. */
  get latenessMs(): Float64Array {
    return this.#lateness.subarray(0, this.#latenessCount);
  }

  take(): TxReport {
    const sorted = this.latenessMs.slice().sort();
    const report: TxReport = {
      fps: this.#gaps < MIN_GAPS_FOR_FPS ? null : Math.round((this.#gaps * 1000) / this.#gapsMs),
      lateP99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0,
      frames: this.#frames,
      drops: this.drops,
      resyncs: this.#resyncs,
      underruns: this.underruns,
      catchUps: this.#catchUps,
      lost: this.lost,
      stalls: this.stalls,
    };
    this.drops =
      this.underruns =
      this.lost =
      this.stalls =
        0;
    this.#frames =
      this.#resyncs =
      this.#catchUps =
      this.#gaps =
      this.#gapsMs =
        0;
    this.#latenessCount = 0;
    return report;
  }
}
