/** A message of the bus as one line, whatever it holds. */
import { telemetryLine } from "./telemetry_line.ts";

export interface TappedMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly at: Date;
}

const EXCERPT_BYTES = 32;
const EXCERPT_CHARS = 80;
/** So that what follows stands in a column. */
const SUBJECT_WIDTH = 18;

/** Of a call's record: what callers have said is not for every terminal. */
const COUNTED = new Set(["turns", "notes"]);

const utf8 = new TextDecoder("utf-8", { fatal: true });

type Content =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes" };

/** For people: local time, the subject without `kav.`, and what it says. Never throws, never more than one line. */
export function readableLine({ subject, data, at }: TappedMessage): string {
  const content = contentOf(data);
  const telemetry = content.kind === "json" ? telemetryLine(subject, content.value) : undefined;
  const said = telemetry ?? described(content, data);
  const name = shortSubject(subject).padEnd(SUBJECT_WIDTH);
  return printable(`${timeOfDay(at)} ${name} ${said}`.trimEnd());
}

/** For programs: a line of JSON with `time`, `subject`, and `data`, or `base64` for what is not JSON. */
export function jsonLine({ subject, data, at }: TappedMessage): string {
  const content = contentOf(data);
  const time = at.toISOString();
  return printable(
    content.kind === "json"
      ? JSON.stringify({ time, subject, data: content.value })
      : JSON.stringify({ time, subject, base64: data.toBase64() }),
  );
}

/** `kav.telemetry.tx.CA1` -> `telemetry.tx`: the line itself names the call. */
export function shortSubject(subject: string): string {
  return subject.replace(/^kav\.(telemetry\.\w+)\.[^.]+$/, "$1").replace(/^kav\./, "");
}

function contentOf(data: Uint8Array): Content {
  let text: string;
  try {
    text = utf8.decode(data);
  } catch {
    return { kind: "bytes" };
  }
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    // NUL bytes are UTF-8 too: audio is not text for having no byte above 127.
    return /[^\P{Cc}\s]/u.test(text) ? { kind: "bytes" } : { kind: "text", text };
  }
}

function described(content: Content, data: Uint8Array): string {
  const size = `${data.length} bytes`;
  if (data.length === 0) return size;
  switch (content.kind) {
    case "json":
      return fields(content.value);
    case "text": {
      const start = content.text.slice(0, EXCERPT_CHARS);
      return `${size} ${JSON.stringify(start)}${start === content.text ? "" : "..."}`;
    }
    case "bytes": {
      const hex = data.slice(0, EXCERPT_BYTES).toHex().replaceAll(/(..)(?=.)/g, "$1 ");
      return `${size} ${hex}${data.length > EXCERPT_BYTES ? " ..." : ""}`;
    }
  }
}

/** `key=value` of an object; anything else as JSON. */
function fields(value: unknown): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  return Object.entries(value).map(([key, each]) => `${key}=${shown(key, each)}`).join(" ");
}

function shown(key: string, value: unknown): string {
  if (COUNTED.has(key) && Array.isArray(value)) return `${value.length}`;
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function timeOfDay(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}

/** What would move the cursor or turn the writing around is escaped: lines hold what strangers have said. */
function printable(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
