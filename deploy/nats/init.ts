/** `deno task nats:init`: makes the streams that the services only verify. Doing it again changes nothing. */
import { errors, type NatsConnection } from "nats";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import type { NatsTls } from "shared/bus/nats_options.ts";
import { connectAdmin, ensureStreams } from "shared/bus/nats_streams.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { getEnv } from "../environment.ts";
import { adminLogin } from "./init_login.ts";
import { streamLine } from "./stream_line.ts";
import { inboxPrefix } from "./users.ts";

const WAIT_MS = 10_000;

const HELP =
  `deno task nats:init: makes Kav's JetStream streams, or changes what differs; never deletes.

  NATS_URL                 where nats-server is; default nats://127.0.0.1:4222
  KAV_NATS_ADMIN_PASSWORD  of the user admin of deploy/nats/nats.conf
  NATS_USER, NATS_PASSWORD, NATS_CREDS_FILE, NATS_NKEY_SEED: whoever else may use $JS.API.>, instead
  NATS_TLS_CA_FILE, NATS_TLS_CERT_FILE, NATS_TLS_KEY_FILE: as for a service`;

export interface InitOptions {
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly creds?: string;
  readonly nkeySeed?: string;
  readonly tls?: NatsTls;
  /** Default: `_INBOX_{user}`. */
  readonly inboxPrefix?: string;
  /** Takes one line per stream. */
  readonly print: (line: string) => void;
  /** How long an absent server is waited for; default 10 s. */
  readonly waitMs?: number;
}

/** @throws {Error} whose text says what to mend: server away, user refused, no right, no JetStream, no room. */
export async function initStreams(options: InitOptions): Promise<void> {
  const connection = await connectInTime(options);
  try {
    const actions = await ensureStreams(connection, KAV_STREAMS);
    for (const spec of KAV_STREAMS) options.print(streamLine(spec, actions));
  } catch (error) {
    throw new Error(`Cannot make the streams: ${reasonOf(error)}`, { cause: error });
  } finally {
    await connection.close();
  }
}

async function connectInTime({ print, waitMs = WAIT_MS, ...options }: InitOptions): Promise<
  NatsConnection
> {
  const servers = options.servers.join(", ");
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), waitMs);
  let lastError: Error | undefined;
  try {
    return await connectAdmin({
      inboxPrefix: inboxPrefix(options.user ?? "admin"),
      ...options,
      name: "kav-nats-init",
      clock: new SystemClock(),
      onEvent: (event) => {
        if (event.kind !== "connecting") return;
        if (!lastError) print(`waiting up to ${waitMs / 1000} s for nats-server at ${servers}`);
        lastError = event.error;
      },
    }, gaveUp.signal);
  } catch (error) {
    if (!gaveUp.signal.aborted) throw error;
    const received = lastError?.message ?? "no answer";
    throw new Error(
      `Cannot reach nats-server at ${servers}: waited ${waitMs / 1000} s, received ${received}`,
      { cause: lastError },
    );
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  // The class is not exported.
  if (error instanceof Error && error.name === "JetStreamNotEnabled") {
    return "nats-server runs without JetStream (deploy/nats/nats.conf turns it on)";
  }
  const cause = error instanceof Error ? error.cause : undefined;
  for (const each of [error, cause]) {
    if (each instanceof errors.PermissionViolationError) {
      return `the user must be allowed to use JetStream's API, received ${each.message}`;
    }
  }
  return error instanceof Error ? error.message : String(error);
}

if (import.meta.main) {
  if (Deno.args.length > 0) {
    const asked = Deno.args.every((arg) => arg === "--help" || arg === "-h");
    if (asked) console.log(HELP);
    else console.error(`Cannot take ${Deno.args.join(" ")}: only --help, and the environment`);
    Deno.exit(asked ? 0 : 1);
  }
  const result = adminLogin(getEnv);
  try {
    if (!result.ok) throw new Error(result.problems.join("\n"));
    await initStreams({ ...result.login, print: (line) => console.log(line) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}
