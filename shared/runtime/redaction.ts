import type { LogFields } from "./log.ts";

/**
 * What must not stand in logs.
 *
 * - *Personal* fields, by name: callers' words, numbers and digits. Written only with `LOG_TEXT=on`.
 * - *Secret* fields, by name: never written.
 * - In every text: phone numbers (E.164, unless `LOG_TEXT=on`), and the token in a stream's path (never).
 */
export const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  "answer",
  "asked",
  "called",
  "caller",
  "digit",
  "digits",
  "from",
  "number",
  "text",
  "to",
  "told",
  "transcript",
]);

export const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "api_key",
  "auth_token",
  "authorization",
  "password",
  "secret",
  "signature",
  "token",
]);

const REDACTED = "[redacted]";
/** All that follows `/stream/`: `ws-edge` builds the path as `/twilio/stream/{callSid}/{token}`. */
const STREAM_TOKEN = /(\/streams?\/)[^\s?#"'<>]+/g;
/** Eight digits or more after a plus: shorter ones are no E.164 number in use. */
const PHONE_NUMBER = /\+[1-9]\d{7,14}(?!\d)/g;

type Value = Exclude<LogFields[string], undefined>;

/** The value of a log field as it may be written. */
export function redacted(name: string, value: Value, logText: boolean): Value {
  if (value === null || value === "") return value;
  if (SECRET_FIELDS.has(name)) return REDACTED;
  if (PERSONAL_FIELDS.has(name) && !logText) return REDACTED;
  return typeof value === "string" ? redactedText(value, logText) : value;
}

/** A text as it may be written: without stream tokens and, unless `logText`, without phone numbers. */
export function redactedText(text: string, logText: boolean): string {
  const withoutTokens = text.replace(STREAM_TOKEN, `$1${REDACTED}`);
  return logText ? withoutTokens : withoutTokens.replace(PHONE_NUMBER, REDACTED);
}
