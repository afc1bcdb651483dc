import type { SettingRow } from "./env.ts";

/** The settings of one part, under its name. */
export interface SettingGroup {
  readonly title: string;
  readonly rows: readonly SettingRow[];
}

const HEAD = ["setting", "default", "current", "range", "meaning"] as const;

/**
 * What `deno task config` prints: a table per group, columns in line over all groups. An alias is shown
 * behind its setting's name, and `-` where nothing is set.
 */
export function settingsTable(groups: readonly SettingGroup[]): string {
  const cells = groups.map(({ rows }) => rows.map(cellsOf));
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...cells.flat().map((row) => row[column]!.length))
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd();
  return groups
    .map(({ title }, i) => [title, line(HEAD), ...cells[i]!.map(line)].join("\n") + "\n")
    .join("\n");
}

function cellsOf(row: SettingRow): string[] {
  const name = row.aliases.length ? `${row.name} (${row.aliases.join(", ")})` : row.name;
  return [name, row.default || "-", row.current ?? "-", row.range, row.meaning];
}
