/** A warning as Twilio's debugger would show it. */
export interface TwilioWarning {
  readonly code: number;
  readonly message: string;
}

/** The three things a server may say. */
export type ServerMessage =
  | { readonly event: "media"; readonly payload: Uint8Array }
  | { readonly event: "mark"; readonly name: string }
  | { readonly event: "clear" };

export type ServerMessageResult =
  | { readonly ok: true; readonly message: ServerMessage }
  | { readonly ok: false; readonly warning: TwilioWarning };

export interface StreamIdentity {
  readonly streamSid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What Twilio sends on one stream, as JSON texts. Every number is a string; numbering starts at 1. */
export class TwilioMessages {
  readonly #stream: StreamIdentity;
  /** The end of every message; the streamSid never changes. */
  readonly #tail: string;
  #sequence = 0;
  #chunk = 0;

  constructor(stream: StreamIdentity) {
    this.#stream = stream;
    this.#tail = `,"streamSid":${JSON.stringify(stream.streamSid)}}`;
  }

  connected(): string {
    return `{"event":"connected","protocol":"Call","version":"1.0.0"}`;
  }

  start(): string {
    const { streamSid, accountSid, callSid, parameters } = this.#stream;
    return this.#numbered(
      "start",
      JSON.stringify({
        accountSid,
        streamSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: parameters,
      }),
    );
  }

  /** @param timestampMs stream time of the frame. */
  media(payloadBase64: string, timestampMs: number): string {
    this.#chunk++;
    return this.#numbered(
      "media",
      `{"track":"inbound","chunk":"${this.#chunk}","timestamp":"${timestampMs}","payload":"${payloadBase64}"}`,
    );
  }

  dtmf(digit: string): string {
    return this.#numbered("dtmf", JSON.stringify({ track: "inbound_track", digit }));
  }

  mark(name: string): string {
    return this.#numbered("mark", JSON.stringify({ name }));
  }

  stop(): string {
    const { accountSid, callSid } = this.#stream;
    return this.#numbered("stop", JSON.stringify({ accountSid, callSid }));
  }

  #numbered(event: string, body: string): string {
    this.#sequence++;
    return `{"event":"${event}","sequenceNumber":"${this.#sequence}","${event}":${body}${this.#tail}`;
  }
}

/** Reads what the server sent, as strictly as Twilio: exact field names, known events, this stream. */
export function readServerMessage(text: string, streamSid: string): ServerMessageResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return warning(31950, "not JSON");
  }
  if (!isRecord(json)) return warning(31951, "not an object");
  switch (json.event) {
    case "media": {
      const media = json.media;
      const problem = fieldProblem(json, ["event", "streamSid", "media"], streamSid) ??
        bodyProblem(media, "payload");
      if (problem) return warning(31951, problem);
      const payload = decodeBase64((media as Record<string, string>).payload!);
      if (!payload) return warning(31951, "media.payload is not base64 of audio");
      return { ok: true, message: { event: "media", payload } };
    }
    case "mark": {
      const problem = fieldProblem(json, ["event", "streamSid", "mark"], streamSid) ??
        bodyProblem(json.mark, "name");
      if (problem) return warning(31951, problem);
      return { ok: true, message: { event: "mark", name: (json.mark as { name: string }).name } };
    }
    case "clear": {
      const problem = fieldProblem(json, ["event", "streamSid"], streamSid);
      return problem ? warning(31951, problem) : { ok: true, message: { event: "clear" } };
    }
    default:
      return warning(31951, `unknown event ${JSON.stringify(json.event)}`);
  }
}

function fieldProblem(
  json: Record<string, unknown>,
  fields: readonly string[],
  streamSid: string,
): string | undefined {
  const odd = oddField(json, fields);
  if (odd) return odd;
  if (json.streamSid !== streamSid) return `streamSid is ${JSON.stringify(json.streamSid)}`;
}

function bodyProblem(body: unknown, field: string): string | undefined {
  if (!isRecord(body)) return `no object around ${field}`;
  const odd = oddField(body, [field]);
  if (odd) return odd;
  if (typeof body[field] !== "string" || body[field] === "") return `${field} is not a text`;
}

function oddField(json: Record<string, unknown>, fields: readonly string[]): string | undefined {
  const extra = Object.keys(json).find((key) => !fields.includes(key));
  if (extra !== undefined) return `extra field ${JSON.stringify(extra)}`;
  const missing = fields.find((key) => !Object.hasOwn(json, key));
  if (missing !== undefined) return `missing field ${JSON.stringify(missing)}`;
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.length > 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function warning(code: number, message: string): ServerMessageResult {
  return { ok: false, warning: { code, message } };
}
