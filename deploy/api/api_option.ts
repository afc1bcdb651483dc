/** The address after `--api`; undefined when it is none. */
export function apiOption(value: string | undefined): string | undefined {
  if (value === undefined || !/^https?:\/\/[^/]/.test(value)) return undefined;
  return URL.canParse(value) ? value : undefined;
}
