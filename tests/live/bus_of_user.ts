import { NatsBus } from "shared/bus/nats_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { Up } from "deploy/local/up_system.ts";
import { inboxPrefix, type NatsUser } from "deploy/nats/users.ts";

/** A connection to nats-server beside those of the services. What it is refused is an error, and is printed. */
export function busOfUser(up: Pick<Up, "nats" | "passwords">, user: NatsUser): Promise<NatsBus> {
  return NatsBus.connect({
    servers: [up.nats.url],
    name: `test-${user}`,
    user,
    password: up.passwords[user],
    inboxPrefix: inboxPrefix(user),
    clock: new SystemClock(),
    onEvent: (event) => {
      if (event.kind === "refused" || event.kind === "error") console.error(event);
    },
    onError: (error) => console.error(error),
  });
}
