/** Requests over the client's one inbox subscription. Each one settles, whatever becomes of the connection. */
import { errors, type Msg } from "nats";
import { within } from "shared/clock/within.ts";
import type { Headers, RequestResult } from "./bus.ts";
import { type NatsLink, tooLarge } from "./nats_link.ts";
import { fromMsgHeaders, ownBytes, toMsgHeaders } from "./nats_message.ts";

/** The client must never give up before we do, so far as a stall of this process may be long. */
const CLIENT_MS = 10_000;

export interface NatsRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly timeoutMs: number;
}

/**
 * Sends a request and waits for its answer.
 *
 * - `disconnected` when the connection is lost before the answer, which may then be under way.
 * - A stall of this process never makes a `timeout` of an answer that came meanwhile.
 * - `no_responders` also when nats-server refuses the request: the bus reports the missing permission.
 *
 * @throws {TypeError} when payload and headers exceed the limit of nats-server.
 */
export async function requestOver(link: NatsLink, request: NatsRequest): Promise<RequestResult> {
  if (!link.connected || link.connection.isClosed()) return DISCONNECTED;
  const lost = Promise.withResolvers<RequestResult>();
  const onLost = () => lost.resolve(DISCONNECTED);
  link.onLost.add(onLost);
  try {
    return await Promise.race([answer(link, request), lost.promise]);
  } finally {
    link.onLost.delete(onLost);
  }
}

const DISCONNECTED = { ok: false, reason: "disconnected" } as const;

async function answer(link: NatsLink, request: NatsRequest): Promise<RequestResult> {
  const result = await within(link.clock, request.timeoutMs, () => send(link, request));
  if (result.ok) {
    const { data, headers } = result.value;
    return { ok: true, data: ownBytes(data), headers: fromMsgHeaders(headers) };
  }
  if (result.reason === "timeout") return { ok: false, reason: "timeout" };
  const { cause } = result;
  if (cause instanceof errors.InvalidArgumentError) throw tooLarge(request.data, cause);
  return failure(cause, link);
}

function send(link: NatsLink, request: NatsRequest): Promise<Msg> {
  const headers = toMsgHeaders(request.headers);
  return link.connection.request(request.subject, ownBytes(request.data), {
    timeout: Math.max(0, request.timeoutMs) + CLIENT_MS,
    ...(headers === undefined ? {} : { headers }),
  });
}

function failure(error: unknown, link: NatsLink): RequestResult {
  if (link.closed || error instanceof errors.ClosedConnectionError) return DISCONNECTED;
  if (error instanceof errors.NoRespondersError) return { ok: false, reason: "no_responders" };
  const cause = error instanceof errors.RequestError ? error.cause : undefined;
  if (
    cause instanceof errors.NoRespondersError || cause instanceof errors.PermissionViolationError
  ) {
    return { ok: false, reason: "no_responders" };
  }
  return DISCONNECTED;
}
