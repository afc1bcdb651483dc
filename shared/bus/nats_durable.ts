/** JetStream, as far as a service needs it: publishing with acknowledgement, and what a delivery can be answered. */
import type { Msg } from "nats";
import { z } from "zod";
import type { DurableMessage, DurablePublishOptions, DurableResult, Headers } from "./bus.ts";
import type { NatsLink } from "./nats_link.ts";
import { fromMsgHeaders, ownBytes } from "./nats_message.ts";
import { requestOver } from "./nats_requests.ts";

export const NANOS_PER_MS = 1_000_000;
const DEFAULT_TIMEOUT_MS = 2_000;

const PUB_ACK = z.object({ stream: z.string(), duplicate: z.boolean().optional() });
const decoder = new TextDecoder();

/**
 * Publishes and waits until the stream has the message.
 *
 * `no_stream` is also the answer when nats-server refuses the message or its JetStream has not started yet;
 * `onError` then gets what it said. With a plain subscriber and no stream the result is `timeout`.
 */
export async function publishDurableOver(
  link: NatsLink,
  message: { readonly subject: string; readonly data: Uint8Array; readonly headers: Headers },
  options: DurablePublishOptions | undefined,
  onError: (error: unknown, subject: string) => void,
): Promise<DurableResult> {
  const { messageId, timeoutMs = DEFAULT_TIMEOUT_MS } = options ?? {};
  const headers = messageId === undefined
    ? message.headers
    : { ...message.headers, "Nats-Msg-Id": messageId };
  const result = await requestOver(link, { ...message, headers, timeoutMs });
  if (!result.ok) {
    const { reason } = result;
    return { ok: false, reason: reason === "no_responders" ? "no_stream" : reason };
  }
  const text = decoder.decode(result.data);
  const ack = PUB_ACK.safeParse(parsed(text));
  if (ack.success) return { ok: true, duplicate: ack.data.duplicate === true };
  onError(
    new Error(`Cannot publish: the stream acknowledges, received ${text.slice(0, 200)}`),
    message.subject,
  );
  return { ok: false, reason: "no_stream" };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const encoder = new TextEncoder();
const ACK = encoder.encode("+ACK");
const NAK = encoder.encode("-NAK");
const WORKING = encoder.encode("+WPI");

/** One delivery of a durable consumer. What is answered while disconnected is lost: the message comes again. */
export class NatsDurableMessage implements DurableMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly deliveries: number;
  readonly #reply: string;
  readonly #link: NatsLink;
  #state: "open" | "naked" | "acked" = "open";

  constructor(message: Msg, link: NatsLink) {
    this.subject = message.subject;
    this.data = ownBytes(message.data);
    this.headers = fromMsgHeaders(message.headers);
    this.#reply = message.reply ?? "";
    this.deliveries = deliveriesOf(this.#reply);
    this.#link = link;
  }

  ack(): void {
    if (this.#state === "acked") return;
    this.#state = "acked";
    this.#link.publish(this.#reply, ACK);
  }

  nak(delayMs = 0): void {
    if (this.#state !== "open") return;
    this.#state = "naked";
    const delay = Math.round(delayMs * NANOS_PER_MS);
    this.#link.publish(
      this.#reply,
      delay <= 0 ? NAK : encoder.encode(`-NAK ${JSON.stringify({ delay })}`),
    );
  }

  working(): void {
    if (this.#state === "open") this.#link.publish(this.#reply, WORKING);
  }
}

const SHORT_REPLY_TOKENS = 9;

/**
 * The count in `$JS.ACK.{stream}.{consumer}.{deliveries}.{...4}`, or, from newer servers, with domain and
 * account before the stream.
 */
export function deliveriesOf(reply: string): number {
  const tokens = reply.split(".");
  const count = Number(tokens[tokens.length === SHORT_REPLY_TOKENS ? 4 : 6]);
  return Number.isInteger(count) && count > 0 ? count : 1;
}
