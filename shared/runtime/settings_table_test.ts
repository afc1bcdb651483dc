import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { settingsTable } from "./settings_table.ts";

const row = { aliases: [], meaning: "What it is", range: "1 to 9", default: "5" };

describe("settingsTable()", () => {
  it("prints a table per group with columns in line, `-` for nothing", () => {
    const table = settingsTable([
      { title: "ws-edge", rows: [{ ...row, name: "PORT", current: undefined }] },
      {
        title: "stt-service",
        rows: [{ ...row, name: "STT_BATCH_MS", aliases: ["BATCH_MS"], default: "", current: "40" }],
      },
    ]);
    assertEquals(
      table,
      [
        "ws-edge",
        "setting                  default  current  range   meaning",
        "PORT                     5        -        1 to 9  What it is",
        "",
        "stt-service",
        "setting                  default  current  range   meaning",
        "STT_BATCH_MS (BATCH_MS)  -        40       1 to 9  What it is",
        "",
      ].join("\n"),
    );
  });
});
