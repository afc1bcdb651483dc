/** What was measured, for people. PURE. */
import type { Load } from "./feeding.ts";
import type { Measured, MeasuredBatch } from "./load_run.ts";

const HEAD = [
  "batch",
  "calls",
  "streams",
  "connections",
  "CPU %",
  "CPU % a call",
  "p50 ms",
  "p99 ms",
  "lost",
  "messages/s",
  "behind ms",
];

export function loadTable(
  load: Load,
  feeding: Measured,
  batches: readonly MeasuredBatch[],
): string {
  const none = ["none", `${load.calls}`, "-", "-", ...cpu(load, feeding), "-", "-", "-", "-"];
  const rows = [
    HEAD,
    [...none, feeding.behindMs.toFixed(0)],
    ...batches.map((batch) => rowOf(load, batch)),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  "))
    .join("\n");
}

/** Why a batch's run is no good; empty when it is. */
export function problemsOf({ calls }: Load, batch: MeasuredBatch): string[] {
  const { batchMs, lostFrames, report: { fedStreams }, complaints } = batch;
  const problems: string[] = [];
  if (lostFrames > 0) problems.push(`${lostFrames} frames were lost`);
  if (fedStreams < calls) problems.push(`${calls - fedStreams} streams got no audio`);
  const isGood = problems.length === 0;
  const reasons = isGood ? [] : new Set(complaints);
  return [...problems, ...reasons].map((problem) => `batches of ${batchMs} ms: ${problem}`);
}

function rowOf(load: Load, { batchMs, report, lostFrames, ...cost }: MeasuredBatch): string[] {
  return [
    `${batchMs} ms`,
    `${load.calls}`,
    `${report.fedStreams}`,
    `${report.connections}`,
    ...cpu(load, cost),
    report.p50Ms.toFixed(1),
    report.p99Ms.toFixed(1),
    `${lostFrames}`,
    (report.messages / load.seconds).toFixed(0),
    cost.behindMs.toFixed(0),
  ];
}

function cpu({ calls }: Load, { cpuPercent }: Measured): string[] {
  return [cpuPercent.toFixed(1), (cpuPercent / calls).toFixed(3)];
}
