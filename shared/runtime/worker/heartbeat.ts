import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { Heartbeat } from "shared/bus/messages.ts";
import { heartbeatSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";

const PERIOD_MS = 250;

/** A worker's heartbeat. */
export interface Beating {
  /** Says it at once, whatever the period. */
  now(): void;
  stop(): void;
}

/** Says at once, and then every 250 ms, that this instance of `service` lives, and which calls it has. */
export function beat(
  bus: Bus,
  clock: Clock,
  service: string,
  instance: string,
  describe: () => Omit<Heartbeat, "instance">,
): Beating {
  const subject = heartbeatSubject(service, instance);
  const now = () => void bus.publish(subject, encodeJson({ instance, ...describe() }));
  now();
  return { now, stop: every(clock, PERIOD_MS, now) };
}
