/** What processes had of the cores, as Linux tells it in `/proc/PID/stat` and `/proc/PID/schedstat`. PURE. */

/** Linux shows CPU times in these, whatever the kernel counts in. */
const TICK_MS = 10;
const NS_PER_MS = 1_000_000;

export interface ProcessTimes {
  /** User and system time of all its threads. */
  readonly cpuMs: number;
  /** How long its first thread, which runs the JavaScript, was ready and had no core. */
  readonly waitedMs: number;
}

/** @param files of each process its `stat` and then its `schedstat`; those of ended ones lack. */
export function parseProcessTimes(files: string): Map<number, ProcessTimes> {
  const times = new Map<number, ProcessTimes>();
  let stat: { readonly pid: number; readonly cpuMs: number } | undefined;
  for (const line of files.split("\n")) {
    // The name, in brackets, may hold blanks and brackets.
    const nameEnd = line.lastIndexOf(")");
    if (nameEnd > 0) {
      const fields = line.slice(nameEnd + 2).split(" ");
      const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
      stat = { pid: Number.parseInt(line), cpuMs };
    } else if (stat && line !== "") {
      const waitedMs = Number(line.split(" ")[1]) / NS_PER_MS;
      times.set(stat.pid, { cpuMs: stat.cpuMs, waitedMs });
      stat = undefined;
    }
  }
  return times;
}

/** What was seen at one moment. */
export interface TimesSample {
  readonly atMs: number;
  readonly times: ReadonlyMap<number, ProcessTimes>;
}

export interface CoreUse {
  readonly cpuSeconds: number;
  /** Of one core, from the first sample to the last. */
  readonly cpuPercent: number;
  /** The same, between two samples in a row. */
  readonly mostCpuPercent: number;
  /** Of the time, without a core although ready: more than a few mean that the machine was too small. */
  readonly waitedPercent: number;
}

/** Undefined for a process that was not there through all of it. */
export function coreUse(samples: readonly TimesSample[], pid: number): CoreUse | undefined {
  const seen = samples.flatMap(({ atMs, times }) => {
    const of = times.get(pid);
    return of ? [{ atMs, ...of }] : [];
  });
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || seen.length < samples.length || first === last) return undefined;
  const percent = (key: "cpuMs" | "waitedMs", from: typeof first, to: typeof first) =>
    100 * (to[key] - from[key]) / (to.atMs - from.atMs);
  return {
    cpuSeconds: (last.cpuMs - first.cpuMs) / 1_000,
    cpuPercent: percent("cpuMs", first, last),
    mostCpuPercent: Math.max(...seen.slice(1).map((to, i) => percent("cpuMs", seen[i]!, to))),
    waitedPercent: percent("waitedMs", first, last),
  };
}
