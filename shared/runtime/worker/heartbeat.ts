import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { Heartbeat } from "shared/bus/messages.ts";
import { heartbeatSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";

const PERIOD_MS = 250;

/** Says every 250 ms that this instance of `service` lives, and which calls it has. */
export function beat(
  bus: Bus,
  clock: Clock,
  service: string,
  instance: string,
  describe: () => Omit<Heartbeat, "instance">,
): Cancel {
  const subject = heartbeatSubject(service, instance);
  return every(
    clock,
    PERIOD_MS,
    () => bus.publish(subject, encodeJson({ instance, ...describe() })),
  );
}
