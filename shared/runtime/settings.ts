/** The kinds of {@link Setting}. */
import type { Setting } from "./env.ts";

interface Common {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly meaning: string;
  /** Why the range is what it is: added to a refusal. */
  readonly why?: string;
}

export interface IntOptions extends Common {
  readonly unit?: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Lowest and highest value that the field advises: others are accepted with a warning. */
  readonly advised?: readonly [lo: number, hi: number];
}

/** A whole number from `min` to `max`. */
export function int(options: IntOptions): Setting<number> {
  const { min, max, advised } = options;
  const unit = options.unit ? ` ${options.unit}` : "";
  if (!(min <= options.default && options.default <= max)) {
    throw new RangeError(
      `Cannot define ${options.name}: the default must lie in ${min} to ${max}, received ${options.default}`,
    );
  }
  return {
    ...common(options),
    range: `${min} to ${max}${unit}`,
    default: options.default,
    defaultText: String(options.default),
    parse(raw) {
      const value = /^[+-]?\d+$/.test(raw) ? Number(raw) : NaN;
      if (!(min <= value && value <= max)) return { ok: false };
      if (!advised || (advised[0] <= value && value <= advised[1])) return { ok: true, value };
      return { ok: true, value, warning: `${advised[0]} to ${advised[1]}${unit} is advised` };
    },
  };
}

export interface FlagOptions extends Common {
  readonly default: boolean;
}

const TRUE = ["true", "on", "1"];
const FALSE = ["false", "off", "0"];

/** Yes or no: `true`, `on`, `1` or `false`, `off`, `0`. */
export function flag(options: FlagOptions): Setting<boolean> {
  return {
    ...common(options),
    range: "on or off (true, false, 1, 0)",
    default: options.default,
    defaultText: options.default ? "on" : "off",
    parse(raw) {
      const word = raw.toLowerCase();
      if (TRUE.includes(word)) return { ok: true, value: true };
      return FALSE.includes(word) ? { ok: true, value: false } : { ok: false };
    },
  };
}

export interface TextOptions extends Common {
  readonly default: string;
  /** What the whole text must match. */
  readonly pattern?: RegExp;
  /** The pattern in words: "a language as he-IL". */
  readonly patternHint?: string;
}

/** A text. Surrounding blanks are cut off. */
export function text(options: TextOptions): Setting<string> {
  const { pattern } = options;
  return {
    ...common(options),
    range: options.patternHint ?? (pattern ? `a text that matches ${pattern}` : "a text"),
    default: options.default,
    defaultText: options.default,
    parse: (raw) => !pattern || pattern.test(raw) ? { ok: true, value: raw } : { ok: false },
  };
}

export interface ChoiceOptions<T extends string> extends Common {
  readonly options: readonly T[];
  readonly default: NoInfer<T>;
}

/** One of a few words. */
export function choice<const T extends string>(options: ChoiceOptions<T>): Setting<T> {
  return {
    ...common(options),
    range: options.options.join(", "),
    default: options.default,
    defaultText: options.default,
    parse(raw) {
      const value = options.options.find((option) => option === raw);
      return value === undefined ? { ok: false } : { ok: true, value };
    },
  };
}

export interface SecretOptions extends Common {
  /** Fewer characters are refused. Default: any number will do. */
  readonly minLength?: number;
}

/** A key or password: undefined when not set, never shown. */
export function secret(options: SecretOptions): Setting<string | undefined> {
  const { minLength = 0 } = options;
  return {
    ...common(options),
    range: minLength > 0 ? `a secret of ${minLength} characters at least` : "a secret",
    default: undefined,
    defaultText: "",
    parse: (raw) => raw.length < minLength ? { ok: false } : { ok: true, value: raw },
    shown: () => "********",
  };
}

export interface UrlOptions extends Common {
  readonly default?: string;
  /** Accepted schemes without colon: `["https", "http"]`. */
  readonly protocols: readonly string[];
}

/** An address; undefined when not set and without default. It is kept as written. */
export function url(options: UrlOptions & { readonly default: string }): Setting<string>;
export function url(options: UrlOptions): Setting<string | undefined>;
export function url(options: UrlOptions): Setting<string | undefined> {
  const { protocols } = options;
  return {
    ...common(options),
    range: `an address beginning with ${protocols.map((name) => `${name}://`).join(" or ")}`,
    default: options.default,
    defaultText: options.default ?? "",
    parse(raw) {
      const parsed = URL.canParse(raw) ? new URL(raw) : undefined;
      if (!parsed?.host || !protocols.includes(parsed.protocol.slice(0, -1))) return { ok: false };
      return { ok: true, value: raw };
    },
    shown: (raw) => plain(raw.replace(/\/\/[^/?#]*@/, "//********@")),
  };
}

export interface UrlsOptions extends Common {
  /** Accepted schemes without colon. */
  readonly protocols: readonly string[];
  /** Whether there must be one. */
  readonly required?: boolean;
}

/** One address or more, separated by commas; none when not set. Each is kept as written. */
export function urls(options: UrlsOptions): Setting<readonly string[]> {
  const one = url(options);
  return {
    ...one,
    range: `${one.range}; several with commas between`,
    required: options.required ?? false,
    default: [],
    parse(raw) {
      const value = raw.split(",").map((each) => each.trim());
      return value.every((each) => one.parse(each).ok) ? { ok: true, value } : { ok: false };
    },
    shown: (raw) => raw.split(",").map((each) => one.shown(each.trim())).join(","),
  };
}

function common(options: Common) {
  return {
    name: options.name,
    aliases: options.aliases ?? [],
    meaning: options.meaning,
    why: options.why,
    shown: plain,
  };
}

/** A value as people wrote it; quoted where blanks or odd characters would be misread. */
function plain(raw: string): string {
  return /^[!-~]+$/.test(raw) ? raw : JSON.stringify(raw);
}
