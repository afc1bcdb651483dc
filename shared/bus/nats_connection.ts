/** The first connection: tried until it succeeds. All later ones are the client's own. */
import {
  type Authenticator,
  credsAuthenticator,
  errors,
  type NatsConnection,
  nkeyAuthenticator,
  type NodeConnectionOptions,
} from "nats";
import type { NatsConnectOptions } from "./nats_options.ts";
import { connectGuarded } from "./nats_sockets.ts";

export type { NatsConnectOptions } from "./nats_options.ts";

const RETRY_MS = 200;
const JITTER_MS = 100;
/** A server that accepts and then says nothing is given up after so long. */
const ATTEMPT_MS = 2_000;
/** A dead connection that was not closed is found within {@link PINGS_OUT} + 1 intervals. */
const PING_INTERVAL_MS = 1_000;
const PINGS_OUT = 2;

/**
 * Connects, again every 200 ms with jitter for as long as the server is away.
 *
 * Once connected, the client comes back by itself from every loss, refused credentials included. At the first
 * connection refused credentials are a mistake of the settings, and retrying would hide it.
 *
 * @throws {Error} when nats-server refuses the credentials, the options are malformed, or `signal` aborts.
 */
export async function connectNats(
  options: NatsConnectOptions,
  signal?: AbortSignal,
): Promise<NatsConnection> {
  const { clock, onEvent } = options;
  for (let attempt = 1;; attempt++) {
    try {
      return await attemptOnce(clientOptions(options), signal);
    } catch (error) {
      if (signal?.aborted) throw aborted(options);
      const failure = error instanceof Error ? error : new Error(String(error));
      if (isHopeless(failure)) throw refusal(options, failure);
      onEvent?.({ kind: "connecting", attempt, error: failure });
    }
    const waitMs = RETRY_MS + Math.random() * JITTER_MS;
    if (!await clock.sleepUntil(clock.now() + waitMs, signal)) throw aborted(options);
  }
}

/** Ends at once when aborted; the attempt then ends behind it, and what it opened is closed. */
async function attemptOnce(
  options: NodeConnectionOptions,
  signal?: AbortSignal,
): Promise<NatsConnection> {
  signal?.throwIfAborted();
  const attempt = connectGuarded(options);
  if (!signal) return await attempt;
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => {
    reject(signal.reason);
    attempt.then((connection) => connection.close(), () => {});
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([attempt, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function clientOptions(options: NatsConnectOptions): NodeConnectionOptions {
  return {
    servers: [...options.servers],
    name: options.name,
    inboxPrefix: options.inboxPrefix,
    authenticator: authenticators(options),
    ...(options.tls === undefined ? {} : { tls: { ...options.tls } }),
    timeout: ATTEMPT_MS,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: JITTER_MS,
    reconnectJitterTLS: JITTER_MS,
    // A busy server's "authentication timeout" looks like refused credentials: never a reason to give up.
    ignoreAuthErrorAbort: true,
    // Connections go to the hosts of the settings and no other: `--allow-net` names them.
    ignoreClusterUpdates: true,
    resolve: false,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_OUT,
    noAsyncTraces: true,
  };
}

function authenticators(options: NatsConnectOptions): Authenticator[] {
  const { creds, nkeySeed, user, password } = options;
  const encoder = new TextEncoder();
  if (creds !== undefined) return [credsAuthenticator(encoder.encode(creds))];
  if (nkeySeed !== undefined) return [nkeyAuthenticator(encoder.encode(nkeySeed))];
  if (user !== undefined) {
    return [() => ({ user, ...(password === undefined ? {} : { pass: password }) })];
  }
  return [];
}

function isHopeless(error: Error): boolean {
  if (error instanceof errors.AuthorizationError) {
    return /authorization violation/i.test(error.message);
  }
  return error instanceof errors.InvalidArgumentError || error instanceof TypeError;
}

function refusal(options: NatsConnectOptions, cause: Error): Error {
  const user = options.user === undefined ? "" : ` as ${JSON.stringify(options.user)}`;
  return new Error(
    `Cannot connect to NATS at ${options.servers.join(", ")}${user}: ${cause.message}`,
    { cause },
  );
}

function aborted(options: NatsConnectOptions): Error {
  return new Error(`Cannot connect to NATS at ${options.servers.join(", ")}: aborted`);
}
