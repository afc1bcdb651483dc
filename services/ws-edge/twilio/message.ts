/** Reads what Twilio sends on a media stream: one text frame, one message. Pure. */

export interface MediaFormat {
  readonly encoding: string;
  readonly sampleRate: number;
  readonly channels: number;
}

export interface StartMessage {
  readonly event: "start";
  readonly sequenceNumber: number;
  readonly streamSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly tracks: readonly string[];
  readonly customParameters: Readonly<Record<string, string>>;
  readonly mediaFormat: MediaFormat;
}

export interface MediaMessage {
  readonly event: "media";
  readonly sequenceNumber: number;
  readonly streamSid: string;
  readonly track: string;
  /** Counted from 1. */
  readonly chunk: number;
  /** From the start of the stream. */
  readonly timestampMs: number;
  /** mu-law of any length from 1 to {@link MAX_PAYLOAD_BYTES}. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

export interface DtmfMessage {
  readonly event: "dtmf";
  readonly sequenceNumber: number;
  readonly streamSid: string;
  /** One of 0-9 * # A-D. */
  readonly digit: string;
}

export interface MarkMessage {
  readonly event: "mark";
  readonly sequenceNumber: number;
  readonly streamSid: string;
  readonly name: string;
}

export interface StopMessage {
  readonly event: "stop";
  readonly sequenceNumber: number;
  readonly streamSid: string;
}

export type TwilioMessage =
  | { readonly event: "connected" }
  | StartMessage
  | MediaMessage
  | DtmfMessage
  | MarkMessage
  | StopMessage;

export type TwilioProblem =
  | "not_json"
  | "not_object"
  | "unknown_event"
  | "bad_field"
  | "bad_payload";

/** `detail` names the field and its rule, never a value of the caller's. */
export type TwilioResult =
  | { readonly ok: true; readonly message: TwilioMessage }
  | { readonly ok: false; readonly reason: TwilioProblem; readonly detail: string };

/** One second of mu-law: far above what Twilio sends (160), far below what could hold up other calls. */
export const MAX_PAYLOAD_BYTES = 8_000;

/** 24 days, far beyond any call: with what follows it, a stream time stays within the bus's 32 bits. */
const MAX_TIMESTAMP_MS = 2 ** 31;

const WHOLE_NUMBER = "a whole number from 0";
const TEXT = "a text that is not empty";
const DIGIT = /^[0-9*#A-D]$/;
const SHOWN_EVENT_CHARS = 32;

type JsonObject = Readonly<Record<string, unknown>>;

export function parseTwilioMessage(text: string): TwilioResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not_json", detail: `${text.length} characters` };
  }
  if (!isObject(json)) {
    return { ok: false, reason: "not_object", detail: Array.isArray(json) ? "array" : typeof json };
  }
  switch (json.event) {
    case "media":
      return parseMedia(json);
    case "mark":
      return parseMark(json);
    case "dtmf":
      return parseDtmf(json);
    case "start":
      return parseStart(json);
    case "stop":
      return parseStop(json);
    case "connected":
      return { ok: true, message: { event: "connected" } };
  }
  const shown = typeof json.event === "string"
    ? JSON.stringify(json.event.slice(0, SHOWN_EVENT_CHARS))
    : `event of type ${typeof json.event}`;
  return { ok: false, reason: "unknown_event", detail: shown };
}

function parseMedia(json: JsonObject): TwilioResult {
  const { media, streamSid } = json;
  const sequenceNumber = wholeNumber(json.sequenceNumber);
  if (sequenceNumber < 0) return badField("sequenceNumber", WHOLE_NUMBER);
  if (!isText(streamSid)) return badField("streamSid", TEXT);
  if (!isObject(media)) return badField("media", "an object");
  const { track } = media;
  if (!isText(track)) return badField("media.track", TEXT);
  const chunk = wholeNumber(media.chunk);
  if (chunk < 0) return badField("media.chunk", WHOLE_NUMBER);
  const timestampMs = wholeNumber(media.timestamp);
  if (timestampMs < 0 || timestampMs > MAX_TIMESTAMP_MS) {
    return badField("media.timestamp", `${WHOLE_NUMBER} to ${MAX_TIMESTAMP_MS}`);
  }
  const payload = decodePayload(media.payload);
  if (typeof payload === "string") return { ok: false, reason: "bad_payload", detail: payload };
  return {
    ok: true,
    message: { event: "media", sequenceNumber, streamSid, track, chunk, timestampMs, payload },
  };
}

/** The bytes, or what is wrong with them. */
function decodePayload(payload: unknown): Uint8Array<ArrayBuffer> | string {
  if (typeof payload !== "string") return "media.payload: base64";
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.fromBase64(payload);
  } catch {
    return "media.payload: base64";
  }
  if (bytes.length >= 1 && bytes.length <= MAX_PAYLOAD_BYTES) return bytes;
  return `media.payload: 1 to ${MAX_PAYLOAD_BYTES} bytes, received ${bytes.length}`;
}

function parseMark(json: JsonObject): TwilioResult {
  const { mark, streamSid } = json;
  const sequenceNumber = wholeNumber(json.sequenceNumber);
  if (sequenceNumber < 0) return badField("sequenceNumber", WHOLE_NUMBER);
  if (!isText(streamSid)) return badField("streamSid", TEXT);
  if (!isObject(mark)) return badField("mark", "an object");
  const { name } = mark;
  if (!isText(name)) return badField("mark.name", TEXT);
  return { ok: true, message: { event: "mark", sequenceNumber, streamSid, name } };
}

function parseDtmf(json: JsonObject): TwilioResult {
  const { dtmf, streamSid } = json;
  const sequenceNumber = wholeNumber(json.sequenceNumber);
  if (sequenceNumber < 0) return badField("sequenceNumber", WHOLE_NUMBER);
  if (!isText(streamSid)) return badField("streamSid", TEXT);
  if (!isObject(dtmf)) return badField("dtmf", "an object");
  const { digit } = dtmf;
  if (typeof digit !== "string" || !DIGIT.test(digit)) {
    return badField("dtmf.digit", "one of 0-9 * # A-D");
  }
  return { ok: true, message: { event: "dtmf", sequenceNumber, streamSid, digit } };
}

function parseStop(json: JsonObject): TwilioResult {
  const { streamSid } = json;
  const sequenceNumber = wholeNumber(json.sequenceNumber);
  if (sequenceNumber < 0) return badField("sequenceNumber", WHOLE_NUMBER);
  if (!isText(streamSid)) return badField("streamSid", TEXT);
  return { ok: true, message: { event: "stop", sequenceNumber, streamSid } };
}

function parseStart(json: JsonObject): TwilioResult {
  const { start, streamSid } = json;
  const sequenceNumber = wholeNumber(json.sequenceNumber);
  if (sequenceNumber < 0) return badField("sequenceNumber", WHOLE_NUMBER);
  if (!isText(streamSid)) return badField("streamSid", TEXT);
  if (!isObject(start)) return badField("start", "an object");
  const { callSid, accountSid, tracks, customParameters = {}, mediaFormat } = start;
  if (!isText(callSid)) return badField("start.callSid", TEXT);
  if (!isText(accountSid)) return badField("start.accountSid", TEXT);
  if (!Array.isArray(tracks) || !tracks.every(isText)) {
    return badField("start.tracks", "an array of texts");
  }
  if (!isTextRecord(customParameters)) {
    return badField("start.customParameters", "an object of texts");
  }
  const format = parseMediaFormat(mediaFormat);
  if (!format) {
    return badField("start.mediaFormat", "an object of encoding, sampleRate and channels");
  }
  return {
    ok: true,
    message: {
      event: "start",
      sequenceNumber,
      streamSid,
      callSid,
      accountSid,
      tracks,
      customParameters,
      mediaFormat: format,
    },
  };
}

function parseMediaFormat(value: unknown): MediaFormat | undefined {
  if (!isObject(value) || !isText(value.encoding)) return undefined;
  const sampleRate = wholeNumber(value.sampleRate);
  const channels = wholeNumber(value.channels);
  if (sampleRate < 0 || channels < 0) return undefined;
  return { encoding: value.encoding, sampleRate, channels };
}

function badField(field: string, rule: string): TwilioResult {
  return { ok: false, reason: "bad_field", detail: `${field}: ${rule}` };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0;
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((text) => typeof text === "string");
}

/** Twilio writes numbers as strings. -1 when it is neither; digits only, 15 at most, so it stays exact. */
function wholeNumber(value: unknown): number {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : -1;
  if (typeof value !== "string" || value.length === 0 || value.length > 15) return -1;
  let number = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
