/** Latencies of any number in little room: exact to 0.05 ms up to 2 s. */

const STEP_MS = 0.05;
const STEPS = 40_000;

export class LatencyHistogram {
  readonly #counts = new Uint32Array(STEPS);
  #count = 0;

  /** Below 0, which two clocks may make of it, counts as 0; beyond 2 s as 2 s. */
  add(latencyMs: number): void {
    const step = Math.floor(latencyMs / STEP_MS);
    this.#counts[Math.min(Math.max(step, 0), STEPS - 1)]!++;
    this.#count++;
  }

  /** What `share` (0 to 1) of them do not exceed; 0 when there is none. */
  percentile(share: number): number {
    let left = Math.ceil(share * this.#count);
    if (left === 0) return 0;
    const step = this.#counts.findIndex((count) => (left -= count) <= 0);
    return (step + 1) * STEP_MS;
  }
}
