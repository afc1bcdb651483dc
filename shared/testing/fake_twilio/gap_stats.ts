import { FRAME_MS } from "shared/media/frame.ts";

export interface GapOptions {
  /** Frames that may arrive at once at the start of a run (`TX_LEAD_FRAMES`). */
  readonly leadFrames: number;
  /** A longer gap ends the run: the speaker was idle, or re-anchored. */
  readonly runEndsAfterMs: number;
}

/** The pace of frames as they arrived. Milliseconds. */
export interface GapStats {
  /** Gaps counted. */
  readonly count: number;
  readonly meanMs: number;
  /** 99th percentile of |gap - 20|. */
  readonly p99DeviationMs: number;
  readonly maxDeviationMs: number;
  /** Runs without a break; one per utterance, one more per resync. */
  readonly runs: number;
}

/** Kav's lead is 2; a frame up to 40 ms late is caught up with, a later one begins a new run. */
const DEFAULTS: GapOptions = { leadFrames: 2, runEndsAfterMs: FRAME_MS + 40 };

/** Shorter gaps at the start of a run are its lead. */
const LEAD_GAP_MS = FRAME_MS / 2;

/**
 * Measures the gaps between frames of a run, without its lead burst and without the gaps between runs.
 *
 * @param arrivalsMs arrival times in order, one per frame.
 * @returns undefined when there is no gap to measure.
 */
export function gapStats(
  arrivalsMs: readonly number[],
  options: Partial<GapOptions> = {},
): GapStats | undefined {
  const { leadFrames, runEndsAfterMs } = { ...DEFAULTS, ...options };
  const gaps: number[] = [];
  let runs = arrivalsMs.length > 0 ? 1 : 0;
  let leadLeft = leadFrames;
  for (let i = 1; i < arrivalsMs.length; i++) {
    const gap = arrivalsMs[i]! - arrivalsMs[i - 1]!;
    if (gap > runEndsAfterMs) {
      runs++;
      leadLeft = leadFrames;
    } else if (leadLeft > 0 && gap < LEAD_GAP_MS) {
      leadLeft--;
    } else {
      leadLeft = 0;
      gaps.push(gap);
    }
  }
  if (gaps.length === 0) return undefined;
  const deviations = gaps.map((gap) => Math.abs(gap - FRAME_MS)).sort((a, b) => a - b);
  return {
    count: gaps.length,
    meanMs: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
    p99DeviationMs: deviations[Math.ceil(deviations.length * 0.99) - 1]!,
    maxDeviationMs: deviations.at(-1)!,
    runs,
  };
}
