import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { coresTable } from "./cores_table.ts";

describe("coresTable()", () => {
  it("shows a process that has ended without figures", () => {
    const use = { cpuSeconds: 4.04, cpuPercent: 43.2, mostCpuPercent: 99.6, waitedPercent: 2 };
    const rows = coresTable([{ name: "edge-1", use }, { name: "stt-1", use: undefined }]);
    assertEquals(rows.split("\n").slice(1).map((row) => row.split(/ +/)), [
      ["edge-1", "4.0", "43", "100", "2"],
      ["stt-1", "-", "-", "-", "-"],
    ]);
  });
});
