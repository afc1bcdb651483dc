/** Warnings and errors of the parts, told apart by what they say and not of which call. PURE. */

/** `2026-01-01T00:00:00.000Z warn what happened key=value` */
const COMPLAINT = /^\d{4}-\S+ (warn|error) (.*)$/;
const FIELDS = / [a-z_]+=.*$/;
const MAX_KINDS = 200;

export class LogCounter {
  readonly #counts = new Map<string, number>();

  /** A line that a part has written. */
  take(label: string, line: string): void {
    const [, level, said] = COMPLAINT.exec(line) ?? [];
    if (said !== undefined) this.add(`${label}: ${level} ${said.replace(FIELDS, "")}`);
  }

  add(what: string): void {
    if (this.#counts.size >= MAX_KINDS && !this.#counts.has(what)) return;
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** The most frequent ones, with how often they came. */
  most(count: number): string[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a).slice(0, count)
      .map(([what, times]) => `${times} x ${what}`);
  }
}
