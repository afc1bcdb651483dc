/**
 * Settings, declared once and read together. A service names what it takes in a spec, {@link readSettings}
 * gives all values or all problems, and `deno task config` prints the same spec as a table.
 *
 * @example
 * const SPEC = {
 *   txQueueFrames: int({ name: "TX_QUEUE_FRAMES", meaning: "...", unit: "frames", default: 120, min: 100, max: 150 }),
 *   logText: flag({ name: "LOG_TEXT", meaning: "...", default: false }),
 * };
 * const result = readSettings(SPEC, (name) => Deno.env.get(name));
 */
export { choice, flag, int, secret, text, url, urls } from "./settings.ts";

/** Looks up an environment variable; undefined when it is not set. A blank value counts as not set. */
export type GetEnv = (name: string) => string | undefined;

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly warning?: string }
  | { readonly ok: false };

/** One setting. Made by `int`, `flag`, `text`, `choice`, `secret`, `url` and `urls` (`settings.ts`). */
export interface Setting<T> {
  readonly name: string;
  /** Other names that mean the same, for people who know them from elsewhere. */
  readonly aliases: readonly string[];
  readonly meaning: string;
  /** What is accepted, as words: "100 to 150 frames". */
  readonly range: string;
  /** Why that is the range, added to a refusal. */
  readonly why: string | undefined;
  /** Whether it must be set; default: no. */
  readonly required?: boolean;
  readonly default: T;
  /** The default as it would be written in the environment; empty when there is none. */
  readonly defaultText: string;
  parse(raw: string): Parsed<T>;
  /** How a given value may be shown to people. */
  shown(raw: string): string;
}

// deno-lint-ignore no-explicit-any -- Setting<T> takes T in and gives T out: no other type holds them all
export type Spec = Readonly<Record<string, Setting<any>>>;

/** The values of a spec, by its own keys. */
export type SettingsOf<S extends Spec> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

export type SettingsResult<S extends Spec> =
  | { readonly ok: true; readonly values: SettingsOf<S>; readonly warnings: string[] }
  | { readonly ok: false; readonly problems: string[] };

/** One setting for people to read. */
export interface SettingRow {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly meaning: string;
  readonly range: string;
  readonly default: string;
  /** What is set, secrets masked; undefined when nothing is. */
  readonly current: string | undefined;
}

/**
 * Reads all settings of a spec. Every problem is named, not just the first; values that are allowed but
 * outside the field's advice are warnings. Variables that no setting names are left alone.
 */
export function readSettings<S extends Spec>(spec: S, get: GetEnv): SettingsResult<S> {
  const values: Record<string, unknown> = {};
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const [key, setting] of Object.entries(spec)) {
    const given = givenValues(setting, get);
    const [first] = given;
    if (!first) {
      if (setting.required) problems.push(`${setting.name}: must be set: ${setting.range}`);
      values[key] = setting.default;
      continue;
    }
    const other = given.find(({ raw }) => raw !== first.raw);
    if (other) {
      problems.push(
        `${first.name}: the same setting as ${other.name}, so both must agree, received ` +
          `${setting.shown(first.raw)} and ${setting.shown(other.raw)}`,
      );
      continue;
    }
    const parsed = setting.parse(first.raw);
    if (!parsed.ok) {
      problems.push(refusal(first.name, setting, first.raw));
      continue;
    }
    values[key] = parsed.value;
    if (parsed.warning) {
      warnings.push(`${first.name}: ${parsed.warning}, received ${setting.shown(first.raw)}`);
    }
  }
  if (problems.length) return { ok: false, problems };
  return { ok: true, values: values as SettingsOf<S>, warnings };
}

/** The settings of a spec as rows to print, in the spec's order. */
export function describeSettings(spec: Spec, get: GetEnv): SettingRow[] {
  return Object.values(spec).map((setting) => {
    const [first] = givenValues(setting, get);
    return {
      name: setting.name,
      aliases: setting.aliases,
      meaning: setting.meaning,
      range: setting.range,
      default: setting.defaultText,
      current: first && setting.shown(first.raw),
    };
  });
}

function givenValues(setting: Setting<unknown>, get: GetEnv): { name: string; raw: string }[] {
  return [setting.name, ...setting.aliases].flatMap((name) => {
    const raw = get(name)?.trim();
    return raw ? [{ name, raw }] : [];
  });
}

function refusal(name: string, setting: Setting<unknown>, raw: string): string {
  const why = setting.why ? `: ${setting.why}` : "";
  return `${name}: ${setting.range}, received ${setting.shown(raw)}${why}`;
}
