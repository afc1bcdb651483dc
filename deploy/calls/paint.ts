export type Style = "bold" | "dim" | "cyan" | "magenta" | "green" | "yellow";

/** Gives a text a style where it is shown in a terminal. */
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  green: 32,
  yellow: 33,
  magenta: 35,
  cyan: 36,
};

/** For files and programs: texts as they are. */
export const plain: Paint = (_style, text) => text;

/** For terminals. */
export const coloured: Paint = (style, text) =>
  text === "" ? "" : `\u001b[${CODES[style]}m${text}\u001b[0m`;
