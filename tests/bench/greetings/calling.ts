/** All callers of a load in one loop, by absolute deadlines. */
import { numberOf } from "./bench_businesses.ts";
import { type LoadSize, planCalls } from "./call_plan.ts";
import type { CallResult, LoadProgress, LoadResult } from "./call_result.ts";
import { LeanCall } from "./lean_call.ts";

const PROGRESS_MS = 1_000;
/** A stream that has just opened has its first frame due. */
const LOOK_MS = 5;

/** Places the calls of a load; resolves when the last one has ended. */
export async function callAll(
  size: LoadSize,
  webhook: string,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadResult> {
  const plan = planCalls(size);
  const results: CallResult[] = [];
  const talking = new Set<LeanCall>();
  const startMs = performance.now();
  let [placed, greeted, behindMs] = [0, 0, 0];
  let nextProgressMs = startMs + PROGRESS_MS;
  const place = (to: string) => {
    const call = new LeanCall({ webhook, to, onGreeted: () => greeted++ });
    talking.add(call);
    call.run().then((result) => {
      talking.delete(call);
      results.push(result);
    });
  };
  while (results.length < plan.length) {
    const nowMs = performance.now();
    let wakeMs = nextProgressMs;
    for (; placed < plan.length; placed++) {
      const { dueMs, business } = plan[placed]!;
      wakeMs = Math.min(wakeMs, startMs + dueMs);
      if (startMs + dueMs > nowMs) break;
      behindMs = Math.max(behindMs, nowMs - startMs - dueMs);
      place(numberOf(business));
    }
    for (const call of talking) wakeMs = Math.min(wakeMs, call.tick(nowMs));
    if (nowMs >= nextProgressMs) {
      const failed = results.filter(({ failure }) => failure !== null).length;
      onProgress({ placed, greeted, ended: results.length, failed });
      nextProgressMs += PROGRESS_MS;
    }
    if (talking.size > 0) wakeMs = Math.min(wakeMs, nowMs + LOOK_MS);
    await pause(wakeMs - performance.now());
  }
  return { calls: results, behindMs };
}

/** Never without one, or nothing would be received. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.ceil(ms))));
}
