/** What was measured, for people. PURE. */
import type { LoadResult } from "./call_result.ts";
import type { NamedCoreUse } from "../process_meter.ts";
import type { ToldGreeting } from "./greeting_tap.ts";
import { type Summary, summaryOf } from "../percentiles.ts";
import { table } from "../table.ts";

/** A load, and what it cost. */
export interface MeasuredLoad {
  readonly load: LoadResult;
  readonly cores: readonly NamedCoreUse[];
}

export interface MeasuredProduct extends MeasuredLoad {
  /** Of this load's calls, those that were told of. */
  readonly told: readonly ToldGreeting[];
}

export const BOUNDS_MS = { p50: 30, p99: 150 } as const;

const HEAD = ["", "calls", "failed", "p50 ms", "p90 ms", "p99 ms", "max ms", "holes"];

export function latencyTable(floor: MeasuredLoad, product: MeasuredProduct): string {
  const atFloor = greeted(floor.load);
  const atCaller = greeted(product.load);
  const told = summaryOf(product.told.map(({ greetingMs }) => greetingMs));
  const [openFloor, openKav] = [opened(floor.load), opened(product.load)];
  return table([
    HEAD,
    ["the floor, webhook and stream", `${openFloor?.count ?? 0}`, "", ...times(openFloor), ""],
    ["Kav, webhook and stream", `${openKav?.count ?? 0}`, "", ...times(openKav), ""],
    ["the floor, at the caller", ...counts(floor.load), ...times(atFloor), holes(floor.load)],
    ["Kav, at the caller", ...counts(product.load), ...times(atCaller), holes(product.load)],
    ["Kav, greeting_ms", `${product.told.length}`, "", ...times(told), ""],
    ["times the floor", "", "", ...ratios(atCaller, atFloor), ""],
  ]);
}

/** `greeting_source: memory 450 (p50 18.1, p99 80.2 ms), redis 50 (...)` */
export function sourcesLine(told: readonly ToldGreeting[]): string {
  const bySource = Map.groupBy(told, ({ source }) => source ?? "not told");
  const list = [...bySource].map(([source, of]) => {
    const { count, p50, p99 } = summaryOf(of.map(({ greetingMs }) => greetingMs))!;
    return `${source} ${count} (p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms)`;
  });
  return `greeting_source: ${list.sort().join(", ") || "nobody has told"}`;
}

/** Each reason with how many calls it ended. */
export function failuresOf(name: string, { calls }: LoadResult): string[] {
  const failed = Map.groupBy(
    calls.filter(({ failure }) => failure !== null),
    (call) => call.failure,
  );
  return [...failed].map(([failure, of]) => `${name}: ${of.length} calls failed: ${failure}`);
}

/** Whether the promise was kept: the last line. */
export function boundsLine({ load, told }: MeasuredProduct): string {
  const summary = summaryOf(told.map(({ greetingMs }) => greetingMs));
  const over: string[] = [];
  for (const share of ["p50", "p99"] as const) {
    const ms = summary?.[share];
    if (ms !== undefined && ms >= BOUNDS_MS[share]) {
      over.push(`${share} ${ms.toFixed(1)} ms, must be under ${BOUNDS_MS[share]} ms`);
    }
  }
  const untold = load.calls.length - told.length;
  if (untold > 0) over.push(`greeting_ms of ${untold} calls was not told`);
  const bounds = `p50 under ${BOUNDS_MS.p50} ms, p99 under ${BOUNDS_MS.p99} ms`;
  return over.length === 0
    ? `greeting_ms: within its bounds (${bounds})`
    : `greeting_ms: over its bounds: ${over.join("; ")}`;
}

function opened({ calls }: LoadResult): Summary | undefined {
  return summaryOf(calls.flatMap(({ openedMs }) => openedMs === null ? [] : [openedMs]));
}

function greeted({ calls }: LoadResult): Summary | undefined {
  return summaryOf(calls.flatMap(({ greetedMs }) => greetedMs === null ? [] : [greetedMs]));
}

function counts({ calls }: LoadResult): string[] {
  return [`${calls.length}`, `${calls.filter(({ failure }) => failure !== null).length}`];
}

function holes({ calls }: LoadResult): string {
  return `${calls.filter(({ holes }) => holes > 0).length}`;
}

function times(summary: Summary | undefined): string[] {
  if (!summary) return ["-", "-", "-", "-"];
  return [summary.p50, summary.p90, summary.p99, summary.max].map((ms) => ms.toFixed(1));
}

function ratios(of: Summary | undefined, to: Summary | undefined): string[] {
  if (!of || !to) return ["-", "-", "-", "-"];
  return (["p50", "p90", "p99", "max"] as const).map((key) => (of[key] / to[key]).toFixed(1));
}
