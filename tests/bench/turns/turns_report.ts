/** What was measured, for people, and whether it is what was promised. PURE. */
import { summaryOf } from "../percentiles.ts";
import { table } from "../table.ts";
import type { TurnTime } from "./turn_times.ts";
import type { MeasuredInterruptions, MeasuredTurns } from "./turns_rig.ts";

export const BOUNDS = {
  bargeInP95Ms: 350,
  heardAfterMaxMs: 60,
  addedP95Ms: 20,
  soundsAfterP95Ms: 150,
} as const;

const HEAD = ["", "count", "p50 ms", "p95 ms", "max ms", "promised"];

export function interruptionsTable(measured: MeasuredInterruptions): string {
  const { bargeInMs, silenceMs, heardAfterMs } = measured;
  const { bargeInP95Ms, heardAfterMaxMs } = BOUNDS;
  return table([
    HEAD,
    row("barge_in_ms, as the edge tells it", bargeInMs, `p95 under ${bargeInP95Ms}`),
    row("onset to silence, at the caller", silenceMs),
    row("heard after the clear, at the caller", heardAfterMs, `max ${heardAfterMaxMs}`),
  ]);
}

export function turnsTable(runs: readonly MeasuredTurns[]): string {
  const { addedP95Ms, soundsAfterP95Ms } = BOUNDS;
  const rows = runs.flatMap(({ calls, turns }) => {
    const all = (key: keyof TurnTime) => turns.map((turn) => turn[key]);
    return [
      row(`${callsText(calls)}: final to first frame`, all("totalMs")),
      row("  the model's first sentence", all("modelMs")),
      row("  synthesis of the first piece", all("synthesisMs")),
      row("  what Kav adds", all("addedMs"), `p95 under ${addedP95Ms}`),
      row("  first sentence to first frame", all("soundsAfterMs"), `p95 under ${soundsAfterP95Ms}`),
    ];
  });
  return table([HEAD, ...rows]);
}

/** What is not as promised; empty: all is. */
export function brokenPromises(
  interruptions: MeasuredInterruptions,
  runs: readonly MeasuredTurns[],
): string[] {
  return [...ofInterruptions(interruptions), ...runs.flatMap(ofTurns)];
}

export function ofInterruptions(measured: MeasuredInterruptions): string[] {
  const { wanted, bargeInMs, heardAfterMs, failures } = measured;
  const broken = failures.map((failure) => `a caller failed: ${failure}`);
  const told = Math.min(bargeInMs.length, heardAfterMs.length);
  if (told < wanted) broken.push(`${wanted - told} of ${wanted} interruptions silenced nothing`);
  const p95 = summaryOf(bargeInMs)?.p95 ?? 0;
  if (p95 >= BOUNDS.bargeInP95Ms) {
    broken.push(`barge_in_ms: p95 ${p95.toFixed(1)}, must be under ${BOUNDS.bargeInP95Ms}`);
  }
  const most = summaryOf(heardAfterMs)?.max ?? 0;
  if (most > BOUNDS.heardAfterMaxMs) {
    broken.push(`after a clear ${most} ms were heard, at most ${BOUNDS.heardAfterMaxMs}`);
  }
  return broken;
}

export function ofTurns({ calls, answered, turns, failures }: MeasuredTurns): string[] {
  const of = callsText(calls);
  const broken = failures.map((failure) => `a caller failed: ${failure}`);
  if (turns.length < answered) broken.push(`${of}: ${answered - turns.length} turns not told of`);
  if (turns.length === 0) return [...broken, `${of}: no turn was measured`];
  const check = (what: string, key: keyof TurnTime, mostMs: number) => {
    const { p95 } = summaryOf(turns.map((turn) => turn[key]))!;
    if (p95 >= mostMs) {
      broken.push(`${of}: ${what}: p95 ${p95.toFixed(1)}, must be under ${mostMs}`);
    }
  };
  check("what Kav adds", "addedMs", BOUNDS.addedP95Ms);
  check("first sentence to first frame", "soundsAfterMs", BOUNDS.soundsAfterP95Ms);
  return broken;
}

function callsText(calls: number): string {
  return calls === 1 ? "1 call" : `${calls} calls at once`;
}

function row(name: string, values: readonly number[], promised = ""): string[] {
  const summary = summaryOf(values);
  if (!summary) return [name, "0", "-", "-", "-", promised];
  const { count, p50, p95, max } = summary;
  return [name, `${count}`, ...[p50, p95, max].map((ms) => ms.toFixed(1)), promised];
}
