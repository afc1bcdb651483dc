import { isGo, type Row } from "./criteria.ts";

const HEAD = { criterion: "criterion", required: "required", measured: "measured", verdict: "" };
const COLUMNS = ["verdict", "criterion", "required", "measured"] as const;
/** Longer cells are cut, so that a line fits a terminal. */
const MAX_CELL = 48;

/** The criteria as lines of a table. */
export function verdictTable(rows: readonly Row[]): string[] {
  const cells = [HEAD, ...rows].map((row) => COLUMNS.map((column) => cut(row[column])));
  const widths = COLUMNS.map((_, c) => Math.max(...cells.map((line) => line[c]!.length)));
  const [head, ...body] = cells.map((line) =>
    line.map((cell, c) => cell.padEnd(widths[c]!)).join("  ").trimEnd()
  );
  return [head!, widths.map((width) => "─".repeat(width)).join("  "), ...body];
}

/** Prints the table and, as the last line, exactly `GO` or `NO-GO`. @returns the exit status: 0 or 1. */
export function finish(rows: readonly Row[], print: (line: string) => void): number {
  print("");
  for (const line of verdictTable(rows)) print(line);
  print("");
  const go = isGo(rows);
  print(go ? "GO" : "NO-GO");
  return go ? 0 : 1;
}

function cut(cell: string): string {
  return cell.length <= MAX_CELL ? cell : `${cell.slice(0, MAX_CELL - 1)}…`;
}
