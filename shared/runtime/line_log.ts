import type { Clock } from "shared/clock/clock.ts";
import type { Log, LogFields, LogLevel } from "./log.ts";
import { redacted, redactedText } from "./redaction.ts";

/** How long `warnLimited` holds back what repeats under one key. */
export const WARN_PERIOD_MS = 2_000;
/** Keys of ended calls must not pile up: beyond this many, those whose period is over are forgotten. */
const MAX_KEYS = 1_000;

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LineLogOptions {
  /** Takes one line, line feed included: usually {@link stderrWriter}. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  /** The lowest level that is written; default `info`. */
  readonly level?: LogLevel;
  /** `LOG_TEXT`: whether callers' words, numbers and digits are written. */
  readonly logText?: boolean;
  /** Wall time for the line; default the real one. */
  readonly wallTime?: () => Date;
}

interface Limited {
  untilMs: number;
  heldBack: number;
}

/**
 * One line per entry: `time level message key=value`. Values with blanks or quotes are JSON strings, so an
 * entry never spans lines. Personal fields and secrets are redacted (`redaction.ts`).
 *
 * `warnLimited` counts per key over this log and all made from it by `with`.
 */
export class LineLog implements Log {
  readonly #options: LineLogOptions;
  readonly #fields: LogFields;
  readonly #limited: Map<string, Limited>;

  constructor(options: LineLogOptions);
  constructor(options: LineLogOptions, fields: LogFields, limited: Map<string, Limited>);
  constructor(
    options: LineLogOptions,
    fields: LogFields = {},
    limited: Map<string, Limited> = new Map(),
  ) {
    this.#options = options;
    this.#fields = fields;
    this.#limited = limited;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#write("debug", message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#write("info", message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#write("warn", message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#write("error", message, fields);
  }

  warnLimited(key: string, message: string, fields: LogFields = {}): void {
    const nowMs = this.#options.clock.now();
    const before = this.#limited.get(key);
    if (before && nowMs < before.untilMs) {
      before.heldBack++;
      return;
    }
    if (this.#limited.size >= MAX_KEYS) this.#forgetEnded(nowMs);
    this.#limited.set(key, { untilMs: nowMs + WARN_PERIOD_MS, heldBack: 0 });
    this.#write("warn", message, { ...fields, held_back: before?.heldBack || undefined });
  }

  with(fields: LogFields): Log {
    return new LineLog(this.#options, { ...this.#fields, ...fields }, this.#limited);
  }

  #forgetEnded(nowMs: number): void {
    for (const [key, { untilMs }] of this.#limited) {
      if (untilMs <= nowMs) this.#limited.delete(key);
    }
  }

  #write(level: LogLevel, message: string, fields: LogFields): void {
    const { write, logText = false, wallTime = () => new Date() } = this.#options;
    if (RANK[level] < RANK[this.#options.level ?? "info"]) return;
    const parts = [wallTime().toISOString(), level, oneLine(redactedText(message, logText))];
    for (const [name, value] of Object.entries({ ...this.#fields, ...fields })) {
      if (value !== undefined) parts.push(`${name}=${shown(redacted(name, value, logText))}`);
    }
    write(parts.join(" ") + "\n");
  }
}

/** Writes to standard error at once, without buffering. */
export function stderrWriter(line: string): void {
  const bytes = new TextEncoder().encode(line);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
}

function shown(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  return /^[^\s"=\p{C}]+$/u.test(value) ? value : JSON.stringify(value);
}

/** Control characters as escapes: a message from outside must not forge a line or move the cursor. */
function oneLine(message: string): string {
  return message.replace(/\p{Cc}/gu, (char) => JSON.stringify(char).slice(1, -1));
}
