/** What the client and nats-server say about a connection, as {@link NatsEvent}s. */
import { errors, type NatsConnection, type Status } from "nats";
import type { Clock } from "shared/clock/clock.ts";
import type { NatsEvent } from "./nats_options.ts";

export interface StatusParts {
  readonly clock: Clock;
  /** For the text of a refusal. */
  readonly user: string | undefined;
  onEvent(event: NatsEvent): void;
  onDisconnected(): void;
  onReconnected(): void;
}

/** Reports until the connection is closed. Never rejects. */
export async function watchStatus(connection: NatsConnection, parts: StatusParts): Promise<void> {
  let lostAtMs: number | undefined;
  for await (const status of connection.status()) {
    // The client says both again for an attempt that got no further than a socket.
    if (status.type === "disconnect") {
      if (lostAtMs !== undefined) continue;
      lostAtMs = parts.clock.now();
      parts.onDisconnected();
      parts.onEvent({ kind: "disconnected", server: status.server });
    } else if (status.type === "reconnect") {
      if (lostAtMs === undefined) continue;
      const awayMs = parts.clock.now() - lostAtMs;
      lostAtMs = undefined;
      parts.onReconnected();
      parts.onEvent({ kind: "reconnected", server: status.server, awayMs });
    } else {
      const event = eventOf(status, parts.user);
      if (event) parts.onEvent(event);
    }
  }
}

function eventOf(status: Status, user: string | undefined): NatsEvent | undefined {
  if (status.type !== "error") return undefined;
  const { error } = status;
  if (/permissions violation/i.test(error.message)) return refusedEvent(error, user);
  if (/slow consumer/i.test(error.message)) {
    return { kind: "slow_consumer", message: error.message };
  }
  return { kind: "error", error };
}

const REFUSED_SUBJECT = / (?:to|of) "([^"]*)"/;

/** The text of nats-server: `Permissions Violation for Publish to "a.b"`, or `... Subscription to "a.b" ...`. */
export function refusedEvent(error: Error, user: string | undefined): NatsEvent {
  const { message } = error;
  const operation = /for subscription/i.test(message) ? "subscribe" : "publish";
  const named = error instanceof errors.PermissionViolationError ? error.subject : "";
  const subject = named || REFUSED_SUBJECT.exec(message)?.[1] || "?";
  const who = user === undefined ? "the user" : `user ${JSON.stringify(user)}`;
  return {
    kind: "refused",
    operation,
    subject,
    message: `Cannot ${operation}: ${who} lacks the permission to ${operation} to ${
      JSON.stringify(subject)
    }, received ${message}`,
  };
}
