/** What would break the line, move the cursor, or turn the writing around. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;
const COMBINING = /\p{M}/gu;

/** Rows under their heads as lines, columns in line. A cell is one line, whatever it holds. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, ...rows].map((row) => row.map(oneLine));
  const widths = head.map((_, column) =>
    Math.max(...lines.map((row) => widthOf(row[column] ?? "")))
  );
  return lines.map((row) =>
    row.map((cell, column) => cell + " ".repeat(widths[column]! - widthOf(cell))).join("  ")
      .trimEnd()
  );
}

/** A text as one line, without what moves the cursor or turns the writing around. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, " ").trim();
}

/** A text of at most `length` characters. */
export function shortened(text: string, length: number): string {
  const characters = [...text.replace(/\s+/gu, " ").trim()];
  return characters.length <= length
    ? characters.join("")
    : `${characters.slice(0, length - 1).join("").trimEnd()}…`;
}

/** Columns of a terminal: marks stand on the letter before them. */
function widthOf(cell: string): number {
  return [...cell.replace(COMBINING, "")].length;
}
