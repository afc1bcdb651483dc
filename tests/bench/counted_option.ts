/** An option of a bench that is a number within bounds. */

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly byDefault: number;
}

export type CountedOption =
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly problem: string };

/** @param value what stands behind the option; undefined: nothing does. */
export function countedOption(
  option: string,
  value: string | undefined,
  { least, most }: Range,
): CountedOption {
  const count = /^\d{1,6}$/.test(value ?? "") ? Number(value) : NaN;
  if (count >= least && count <= most) return { ok: true, count };
  const problem = `${option}: a number from ${least} to ${most}, received ${value ?? "nothing"}`;
  return { ok: false, problem };
}

/** For a help text. */
export function described({ least, most, byDefault }: Range): string {
  return `${least} to ${most}; default ${byDefault}`;
}
