/** Reads one subject of the bus until it has seen enough. */
import { errors, type NatsConnection } from "nats";
import { connectNats } from "shared/bus/nats_connection.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { BusLogin } from "shared/runtime/standalone/bus_login.ts";
import type { TapRequest } from "./arguments.ts";
import { jsonLine, readableLine } from "./line.ts";

const CONNECT_MS = 3_000;

export interface TapOptions {
  readonly request: Pick<TapRequest, "subject" | "json" | "count">;
  readonly login: BusLogin;
  /** Who named the server, for people. */
  readonly origin: string;
  /** Takes a line per message; false: nobody reads any more. */
  readonly print: (line: string) => boolean;
  /** Takes what is said about the connection. */
  readonly note: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when enough was read, nobody reads, or `signal` aborts.
 *
 * @throws {Error} whose text says what to mend: server away, user refused, subject not allowed.
 */
export async function tap(options: TapOptions): Promise<void> {
  const { login, origin, request, note, signal } = options;
  const connection = await connectInTime(login, origin, signal);
  if (connection === undefined) return;
  const who = login.user === undefined ? "" : ` as ${login.user}`;
  const end = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => end.resolve(), { once: true });
  try {
    void noteStatus(connection, note);
    read(connection, options, end);
    void connection.closed().then(() => end.resolve());
    // A refusal comes before the answer to this.
    await Promise.race([end.promise, connection.flush()]);
    note(`reading ${request.subject} at ${connection.getServer()}${who} (${origin}); Ctrl-C ends`);
    await end.promise;
  } finally {
    await connection.close();
  }
}

function read(
  connection: NatsConnection,
  { request, login, print }: TapOptions,
  end: PromiseWithResolvers<void>,
): void {
  const line = request.json ? jsonLine : readableLine;
  let left = request.count ?? Infinity;
  connection.subscribe(request.subject, {
    callback: (error, message) => {
      if (error) return end.reject(refusal(error, request.subject, login.user));
      if (left <= 0) return;
      left--;
      const { subject, data } = message;
      if (!print(line({ subject, data, at: new Date() })) || left <= 0) {
        left = 0;
        end.resolve();
      }
    },
  });
}

/** Undefined when `signal` aborts. */
async function connectInTime(
  login: BusLogin,
  origin: string,
  signal: AbortSignal,
): Promise<NatsConnection | undefined> {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), CONNECT_MS);
  let received = "no answer";
  try {
    return await connectNats({
      ...login,
      name: "kav-tap",
      inboxPrefix: `_INBOX_${login.user ?? "tap"}`,
      clock: new SystemClock(),
      onEvent: (event) => {
        if (event.kind === "connecting") received = event.error.message;
      },
    }, AbortSignal.any([gaveUp.signal, signal]));
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!gaveUp.signal.aborted) throw error;
    const servers = login.servers.join(", ");
    throw new Error(
      `Cannot reach nats-server at ${servers} (${origin}): does it run? received ${received}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

function refusal(error: Error, subject: string, user: string | undefined): Error {
  if (!(error instanceof errors.PermissionViolationError)) return error;
  const who = user === undefined ? "the user" : `user ${user}`;
  return new Error(`Cannot read ${subject}: ${who} has no permission, received ${error.message}`, {
    cause: error,
  });
}

async function noteStatus(connection: NatsConnection, note: (line: string) => void) {
  let away = false;
  for await (const status of connection.status()) {
    if (status.type === "reconnect") note(`connected again to ${status.server}`);
    if (status.type === "disconnect" && !away) note(`lost ${status.server}: trying again`);
    if (status.type === "disconnect") away = true;
    if (status.type === "reconnect") away = false;
  }
}
