/** Messages as nats-server carries them, and as handlers get them. */
import { headers as newHeaders, type Msg, type MsgHdrs } from "nats";
import type { BusMessage, Headers } from "./bus.ts";
import { assertPayload } from "./delivery.ts";

/** What nats-server itself puts into headers; no business of a handler. */
const SERVER_HEADER = /^Nats-/i;
const NO_HEADERS: Headers = Object.freeze({});

export function toMsgHeaders(headers: Headers): MsgHdrs | undefined {
  let encoded: MsgHdrs | undefined;
  for (const name in headers) (encoded ??= newHeaders()).set(name, headers[name]!);
  return encoded;
}

export function fromMsgHeaders(headers: MsgHdrs | undefined): Headers {
  if (!headers) return NO_HEADERS;
  const plain: Record<string, string> = {};
  for (const [name, values] of headers) {
    if (!SERVER_HEADER.test(name)) plain[name] = values[0] ?? "";
  }
  return Object.freeze(plain);
}

/** The client's bytes are a view into the buffer of a whole read, shared by all subscriptions. */
export const ownBytes = (data: Uint8Array): Uint8Array => new Uint8Array(data);

/** A message that came by subscription. */
export class NatsMessage implements BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly #message: Msg;
  readonly #answer: (subject: string, data: Uint8Array) => boolean;
  #headers: Headers | undefined;
  #answered = false;

  constructor(message: Msg, answer: (subject: string, data: Uint8Array) => boolean) {
    this.subject = message.subject;
    this.data = ownBytes(message.data);
    this.#message = message;
    this.#answer = answer;
  }

  get headers(): Headers {
    return this.#headers ??= fromMsgHeaders(this.#message.headers);
  }

  respond(data: Uint8Array): boolean {
    assertPayload(data);
    const reply = this.#message.reply;
    // A responder may answer once: nats-server refuses a second answer to users with `allow_responses`.
    if (!reply || this.#answered) return false;
    this.#answered = this.#answer(reply, data);
    return this.#answered;
  }
}
