import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connectAdmin } from "shared/bus/nats_streams.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { Up } from "deploy/local/up_system.ts";
import { inboxPrefix } from "deploy/nats/users.ts";

/** Asks nats-server about its streams, as the user who may. */
export async function askStreams<T>(
  { nats, passwords }: Pick<Up, "nats" | "passwords">,
  ask: (manager: JetStreamManager) => Promise<T>,
): Promise<T> {
  const admin = await connectAdmin({
    servers: [nats.url],
    name: "test-admin",
    user: "admin",
    password: passwords.admin,
    inboxPrefix: inboxPrefix("admin"),
    clock: new SystemClock(),
  });
  try {
    return await ask(await jetstreamManager(admin, { checkAPI: false }));
  } finally {
    await admin.close();
  }
}
