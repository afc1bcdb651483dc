import { Buffer } from "node:buffer";
import type { ChannelCredentials } from "@grpc/grpc-js";
import type { AuthClient, GoogleAuth, JWT } from "google-auth-library";
import { SystemClock } from "shared/clock/system_clock.ts";
import { within } from "shared/clock/within.ts";
import { limitHandshakes } from "./handshake_limit.ts";
import type { GoogleCredentials, GoogleEndpoint, ServiceAccount } from "./google_options.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

const clock = new SystemClock();

/** Where no token could be had for a request, its failure says so with these words. */
export const NO_TOKEN = "Cannot get a token";

/** The metadata server is on the same machine. */
const TOKEN_LIMIT_MS = 1_000;

/** What any client of Google's is made with. One of it serves many clients: a token is then made once. */
export interface ChannelOptions {
  readonly auth: GoogleAuth;
  readonly sslCreds: ChannelCredentials;
  readonly apiEndpoint: string;
  readonly port: number;
  readonly universeDomain: string;
  readonly fallback: false;
  readonly [grpcOption: `grpc.${string}`]: number;
}

const GRPC_OPTIONS = {
  // Clients with the same options would share one connection, and its 100 streams.
  "grpc.use_local_subchannel_pool": 1,
  // Recovery is a matter of seconds; the packages' own are 1 s, growing to 120 s.
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 2_000,
  // Google's front ends allow a ping each 30 s, and only with a call open (googleapis/java-bigtable-hbase#2682);
  // more often costs the connection ("too_many_pings"). It ends connections that died without a word.
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.keepalive_permit_without_calls": 0,
  // A failure is told at once, and a write is done when the transport took it, not when it was kept for a retry.
  "grpc.enable_retries": 0,
  "grpc.per_rpc_retry_buffer_size": 0,
  // Neither asked for by anybody, nor free: settings from DNS, and books about every message.
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
} as const;

/**
 * Loads the packages at the first call. Opens no connection and asks for no token: that happens with the first
 * request. @throws {Error} when `endpoint.ca` is no certificate
 */
export async function channelOptions(
  { host, port, ca }: GoogleEndpoint,
  credentials: GoogleCredentials,
): Promise<ChannelOptions> {
  const [grpc, google, { guardSessions }] = await Promise.all([
    import("@grpc/grpc-js"),
    import("google-auth-library"),
    import("./http2_sessions.ts"),
  ]);
  guardSessions();
  const client = credentials.type === "metadata"
    ? new google.Compute({ scopes: [SCOPE] })
    : selfSigning(credentials, host, google.JWT);
  const tls = grpc.credentials.createSsl(ca === undefined ? null : Buffer.from(ca));
  limitHandshakes(tls);
  const calls = grpc.credentials.createFromMetadataGenerator(({ service_url }, callback) => {
    authorization(client, service_url).then((value) => {
      const metadata = new grpc.Metadata();
      metadata.set("authorization", value);
      callback(null, metadata);
    }, callback);
  });
  return {
    auth: new google.GoogleAuth({ authClient: client }),
    sslCreds: grpc.credentials.combineChannelCredentials(tls, calls),
    apiEndpoint: host,
    port,
    // Else the environment is asked.
    universeDomain: "googleapis.com",
    // gRPC, not HTTP with JSON.
    fallback: false,
    ...GRPC_OPTIONS,
  };
}

/** Signs its tokens itself: nothing need be asked for, and no host but the endpoint be reached. */
function selfSigning(account: ServiceAccount, host: string, Jwt: typeof JWT): JWT {
  const jwt = new Jwt({
    email: account.client_email,
    key: account.private_key,
    ...(account.private_key_id !== undefined && { keyId: account.private_key_id }),
    scopes: [SCOPE],
  });
  jwt.useJWTAccessWithScope = true;
  jwt.defaultServicePath = host;
  return jwt;
}

/** @throws {Error} beginning with {@link NO_TOKEN} */
async function authorization(client: AuthClient, url: string): Promise<string> {
  const headers = await within(clock, TOKEN_LIMIT_MS, () => client.getRequestHeaders(url));
  if (headers.ok) return headers.value.get("authorization") ?? "";
  const why = headers.reason === "timeout"
    ? `no answer within ${TOKEN_LIMIT_MS} ms`
    : headers.cause instanceof Error
    ? headers.cause.message
    : String(headers.cause);
  throw new Error(`${NO_TOKEN}: ${why}`);
}
