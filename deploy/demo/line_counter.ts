/** Passes lines on and counts those with a text in them: warnings that must not appear in a log. */
export class LineCounter {
  readonly #text: string;
  #count = 0;

  /** Takes a line, to be given to a log as its writer. */
  readonly write: (line: string) => void;

  constructor(text: string, write: (line: string) => void) {
    this.#text = text;
    this.write = (line) => {
      if (line.includes(this.#text)) this.#count++;
      write(line);
    };
  }

  get count(): number {
    return this.#count;
  }
}

/** What the edge warns when a tx queue is full. */
export const FULL_QUEUE_WARNING = "tx_q full";
