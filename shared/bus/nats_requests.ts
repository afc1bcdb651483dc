/** Requests over the client's one inbox subscription. Each one settles, whatever becomes of the connection. */
import { errors, type Msg } from "nats";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { Headers, RequestResult } from "./bus.ts";
import { type NatsLink, tooLarge } from "./nats_link.ts";
import { fromMsgHeaders, ownBytes, toMsgHeaders } from "./nats_message.ts";

/** A timer that fires so much too late means that this process stood still, and answers wait in its socket. */
const LATE_MS = 5;
/** Then they have so long to be read. */
const READ_MS = 50;
/** The client must wait longer than we do. */
const CLIENT_MS = 1_000;

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
export function requestOver(link: NatsLink, request: NatsRequest): Promise<RequestResult> {
  if (!link.connected || link.connection.isClosed()) return Promise.resolve(DISCONNECTED);
  const { promise, resolve, reject } = Promise.withResolvers<RequestResult>();
  const finish = (result: RequestResult) => {
    link.onLost.delete(onLost);
    cancelTimeout();
    resolve(result);
  };
  const onLost = () => finish(DISCONNECTED);
  link.onLost.add(onLost);
  const cancelTimeout = afterPatiently(link, request.timeoutMs, () => finish(TIMEOUT));
  send(link, request).then(
    ({ data, headers }) =>
      finish({ ok: true, data: ownBytes(data), headers: fromMsgHeaders(headers) }),
    (error) => {
      const result = failure(error, link);
      if (!result) reject(tooLarge(request.data, error));
      finish(result ?? DISCONNECTED);
    },
  );
  return promise;
}

const DISCONNECTED = { ok: false, reason: "disconnected" } as const;
const TIMEOUT = { ok: false, reason: "timeout" } as const;

function afterPatiently({ clock }: NatsLink, delayMs: number, fn: () => void): Cancel {
  const dueMs = clock.now() + delayMs;
  let cancel = after(clock, delayMs, () => {
    if (clock.now() - dueMs < LATE_MS) fn();
    else cancel = after(clock, READ_MS, fn);
  });
  return () => cancel();
}

function send(link: NatsLink, request: NatsRequest): Promise<Msg> {
  const headers = toMsgHeaders(request.headers);
  return link.connection.request(request.subject, ownBytes(request.data), {
    timeout: Math.max(0, request.timeoutMs) + CLIENT_MS,
    ...(headers === undefined ? {} : { headers }),
  });
}

/** Undefined for what only the caller can have done wrong. */
function failure(error: unknown, link: NatsLink): RequestResult | undefined {
  if (error instanceof errors.InvalidArgumentError) return undefined;
  if (error instanceof errors.TimeoutError) return TIMEOUT;
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
