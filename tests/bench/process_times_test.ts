import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { coreUse, parseProcessTimes, type TimesSample } from "./process_times.ts";

const stat = (pid: number, name: string, user: number, system: number) =>
  `${pid} (${name}) S 1 2 3 0 -1 4194304 9 0 0 0 ${user} ${system} 0 0 20 0 11 0 77 12 13\n`;

describe("parseProcessTimes()", () => {
  it("reads user and system time, and the time without a core", () => {
    const files = stat(12, "deno", 150, 25) + "845919 3129468000 3\n" +
      stat(7, "nats-server", 1, 2) + "5 6000000 7\n";
    assertEquals([...parseProcessTimes(files)], [
      [12, { cpuMs: 1_750, waitedMs: 3_129.468 }],
      [7, { cpuMs: 30, waitedMs: 6 }],
    ]);
  });

  it("is not misled by a name with blanks and brackets", () => {
    const times = parseProcessTimes(stat(3, "a) S 9 (b", 100, 0) + "1 2 3\n");
    assertEquals(times.get(3)?.cpuMs, 1_000);
  });

  it("leaves out what has ended, wholly or between the two files", () => {
    assertEquals(parseProcessTimes("").size, 0);
    const times = parseProcessTimes(stat(3, "ended", 1, 1) + stat(4, "lives", 1, 1) + "1 2 3\n");
    assertEquals([...times.keys()], [4]);
  });
});

describe("coreUse()", () => {
  const sample = (atMs: number, cpuMs: number, waitedMs: number): TimesSample => ({
    atMs,
    times: new Map([[12, { cpuMs, waitedMs }]]),
  });
  const samples = [sample(1_000, 500, 0), sample(2_000, 1_400, 100), sample(3_000, 1_500, 200)];

  it("tells the mean of all the time, and the busiest second", () => {
    assertEquals(coreUse(samples, 12), {
      cpuSeconds: 1,
      cpuPercent: 50,
      mostCpuPercent: 90,
      waitedPercent: 10,
    });
  });

  it("says nothing of a process that was not there through all of it", () => {
    assertEquals(coreUse(samples, 13), undefined);
    assertEquals(coreUse([...samples, { atMs: 4_000, times: new Map() }], 12), undefined);
    assertEquals(coreUse(samples.slice(0, 1), 12), undefined);
  });
});
