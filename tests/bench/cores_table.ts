/** What processes had of the cores, for people. PURE. */
import type { NamedCoreUse } from "./process_meter.ts";
import { table } from "./table.ts";

const CORES_HEAD = ["", "CPU s", "CPU %", "busiest second %", "waited %"];

export function coresTable(uses: readonly NamedCoreUse[]): string {
  const rows = uses.map(({ name, use }) => {
    if (!use) return [name, "-", "-", "-", "-"];
    const percents = [use.cpuPercent, use.mostCpuPercent, use.waitedPercent];
    return [name, use.cpuSeconds.toFixed(1), ...percents.map((percent) => percent.toFixed(0))];
  });
  return table([CORES_HEAD, ...rows]);
}
