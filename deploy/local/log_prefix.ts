/** Colours of terminals that are told apart on dark and on light. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** Puts the name of a part before each line it writes, as wide as the longest, and coloured for a terminal. */
export class LogPrefix {
  readonly #colour: boolean;
  readonly #prefixes = new Map<string, string>();
  readonly #width: number;

  constructor(labels: readonly string[], colour: boolean) {
    this.#colour = colour;
    this.#width = Math.max(0, ...labels.map((label) => label.length));
    for (const label of labels) this.#add(label);
  }

  /** `edge-1 | line` */
  line(label: string, line: string): string {
    return `${this.#prefixes.get(label) ?? this.#add(label)}${line}`;
  }

  #add(label: string): string {
    const plain = `${label.padEnd(this.#width)} | `;
    const colour = COLOURS[this.#prefixes.size % COLOURS.length];
    const prefix = this.#colour ? `\x1b[${colour}m${plain}\x1b[0m` : plain;
    this.#prefixes.set(label, prefix);
    return prefix;
  }
}
