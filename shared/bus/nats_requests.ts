/** Requests over the client's one inbox subscription. Each one settles, whatever becomes of the connection. */
import { errors, type Msg } from "nats";
import type { Headers, RequestResult } from "./bus.ts";
import { type NatsLink, tooLarge } from "./nats_link.ts";
import { fromMsgHeaders, ownBytes, toMsgHeaders } from "./nats_message.ts";

/** The client takes no shorter timeout. */
const SHORTEST_MS = 1;

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
 * - `no_responders` also when nats-server refuses the request: the bus reports the missing permission.
 *
 * @throws {TypeError} when payload and headers exceed the limit of nats-server.
 */
export function requestOver(link: NatsLink, request: NatsRequest): Promise<RequestResult> {
  if (!link.connected || link.connection.isClosed()) return Promise.resolve(DISCONNECTED);
  const { promise, resolve, reject } = Promise.withResolvers<RequestResult>();
  const onLost = () => resolve(DISCONNECTED);
  link.onLost.add(onLost);
  const settled = () => void link.onLost.delete(onLost);
  send(link, request).then((message) => {
    settled();
    resolve({
      ok: true,
      data: ownBytes(message.data),
      headers: fromMsgHeaders(message.headers),
    });
  }, (error) => {
    settled();
    const result = failure(error, link);
    if (result) resolve(result);
    else reject(tooLarge(request.data, error));
  });
  return promise;
}

const DISCONNECTED = { ok: false, reason: "disconnected" } as const;

function send(link: NatsLink, request: NatsRequest): Promise<Msg> {
  const headers = toMsgHeaders(request.headers);
  return link.connection.request(request.subject, ownBytes(request.data), {
    timeout: Math.max(SHORTEST_MS, request.timeoutMs),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** Undefined for what only the caller can have done wrong. */
function failure(error: unknown, link: NatsLink): RequestResult | undefined {
  if (error instanceof errors.InvalidArgumentError) return undefined;
  if (error instanceof errors.TimeoutError) return { ok: false, reason: "timeout" };
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
