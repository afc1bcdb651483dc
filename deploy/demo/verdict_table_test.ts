import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import type { Row } from "./criteria.ts";
import { finish, verdictTable } from "./verdict_table.ts";

const ROWS: readonly Row[] = [
  { criterion: "[TX] fps", required: "49 to 51", measured: "50", verdict: "PASS" },
  { criterion: "drops", required: "0", measured: "0", verdict: "SKIP" },
];

describe("verdictTable()", () => {
  it("lines the columns up", () => {
    assertEquals(verdictTable(ROWS), [
      "      criterion  required  measured",
      "────  ─────────  ────────  ────────",
      "PASS  [TX] fps   49 to 51  50",
      "SKIP  drops      0         0",
    ]);
  });

  it("cuts what would not fit a terminal", () => {
    const [, , line] = verdictTable([{ ...ROWS[0]!, measured: "x".repeat(100) }]);
    assert(line!.endsWith("x…"));
    assertEquals(line!.length, 27 + 48);
  });
});

describe("finish()", () => {
  function finished(rows: readonly Row[]) {
    const lines: string[] = [];
    const status = finish(rows, (line) => lines.push(line));
    return { last: lines.at(-1), status };
  }

  it("ends with exactly GO and status 0 when nothing failed", () => {
    assertEquals(finished(ROWS), { last: "GO", status: 0 });
  });

  it("ends with exactly NO-GO and status 1 when a row failed or nothing was measured", () => {
    assertEquals(finished([...ROWS, { ...ROWS[0]!, verdict: "FAIL" }]), {
      last: "NO-GO",
      status: 1,
    });
    assertEquals(finished([]), { last: "NO-GO", status: 1 });
  });
});
