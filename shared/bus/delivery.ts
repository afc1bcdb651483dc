import { type BusMessage, type Headers, MAX_PAYLOAD_BYTES, type RequestResult } from "./bus.ts";
import type { Dispatcher, Job } from "./dispatcher.ts";
import { nextMember, type Receivers, type Subscriber } from "./subscription_table.ts";

const NO_HEADERS: Headers = Object.freeze({});
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** @throws {TypeError} when the payload is larger than the bus takes. */
export function assertPayload(data: Uint8Array): void {
  if (data.length <= MAX_PAYLOAD_BYTES) return;
  throw new TypeError(
    `Cannot publish: a payload has at most ${MAX_PAYLOAD_BYTES} bytes, received ${data.length}`,
  );
}

/** @throws {TypeError} when a header's name is no token or its value spans lines. */
export function copyHeaders(headers: Headers | undefined): Headers {
  if (!headers) return NO_HEADERS;
  for (const [name, value] of Object.entries(headers)) {
    if (HEADER_NAME.test(name) && !/[\r\n]/.test(value)) continue;
    throw new TypeError(
      `Cannot publish: a header is a token and one line of text, received ${
        JSON.stringify({ [name]: value })
      }`,
    );
  }
  return Object.freeze({ ...headers });
}

/** A request that waits for its answer. The first result counts. */
export class PendingRequest {
  #settle: ((result: RequestResult) => void) | undefined;

  constructor(settle: (result: RequestResult) => void) {
    this.#settle = settle;
  }

  get waiting(): boolean {
    return this.#settle !== undefined;
  }

  settle(result: RequestResult): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(result);
  }
}

/** A message on its way to the receivers it had when it was published. */
export interface Envelope {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly receivers: Receivers;
  readonly request: PendingRequest | undefined;
}

/** Hands one message to its receivers, each with bytes of its own. */
export class Delivery implements Job {
  readonly #envelope: Envelope;
  readonly #dispatcher: Dispatcher;
  readonly #onError: (error: unknown, subject: string) => void;

  constructor(
    envelope: Envelope,
    dispatcher: Dispatcher,
    onError: (error: unknown, subject: string) => void,
  ) {
    this.#envelope = envelope;
    this.#dispatcher = dispatcher;
    this.#onError = onError;
  }

  run(): void {
    const { receivers, data, request } = this.#envelope;
    // The last receiver gets the bus's own copy; with one receiver, as for audio, nothing is copied again.
    let last: Subscriber | undefined;
    const add = (subscriber: Subscriber | undefined) => {
      if (!subscriber?.active) return;
      if (last) this.#hand(last, new Uint8Array(data));
      last = subscriber;
    };
    for (const subscriber of receivers.singles) add(subscriber);
    for (const group of receivers.groups) add(nextMember(group));
    if (last) this.#hand(last, data);
    else request?.settle({ ok: false, reason: "no_responders" });
  }

  #hand(subscriber: Subscriber, data: Uint8Array): void {
    if (!subscriber.active) return;
    const { subject, headers, request } = this.#envelope;
    try {
      subscriber.handler(new MemoryMessage(subject, data, headers, request, this.#dispatcher));
    } catch (error) {
      this.#onError(error, subject);
    }
  }
}

class MemoryMessage implements BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly #request: PendingRequest | undefined;
  readonly #dispatcher: Dispatcher;

  constructor(
    subject: string,
    data: Uint8Array,
    headers: Headers,
    request: PendingRequest | undefined,
    dispatcher: Dispatcher,
  ) {
    this.subject = subject;
    this.data = data;
    this.headers = headers;
    this.#request = request;
    this.#dispatcher = dispatcher;
  }

  respond(data: Uint8Array): boolean {
    assertPayload(data);
    const request = this.#request;
    if (!request?.waiting) return false;
    const answer = { ok: true, data: new Uint8Array(data), headers: NO_HEADERS } as const;
    this.#dispatcher.push({ run: () => request.settle(answer) });
    return true;
  }
}
