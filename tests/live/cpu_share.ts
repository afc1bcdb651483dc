/** How much of a core processes take. */

interface Pid {
  readonly pid: number;
}

/** `/proc` counts in these. */
const TICKS_PER_S = 100;
/** Fields of `/proc/PID/stat` behind the command's name: time in user and in kernel mode. */
const UTIME = 11;
const STIME = 12;

/** CPU time of processes by name, from its construction on. */
export class CpuShare {
  readonly #pids: Readonly<Record<string, Pid>>;
  readonly #startedMs = performance.now();
  readonly #before: Readonly<Record<string, number>>;

  constructor(processes: Readonly<Record<string, Pid>>) {
    this.#pids = processes;
    this.#before = this.#seconds();
  }

  /** Percent of a core since the construction. */
  percent(): Record<string, number> {
    const elapsedS = (performance.now() - this.#startedMs) / 1000;
    return Object.fromEntries(
      Object.entries(this.#seconds()).map(([name, seconds]) => [
        name,
        (100 * (seconds - this.#before[name]!)) / elapsedS,
      ]),
    );
  }

  #seconds(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.#pids).map(([name, { pid }]) => [name, cpuSeconds(pid)]),
    );
  }
}

function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_S;
}
