import type { Counter, Gauge } from "prom-client";
import { within } from "shared/clock/within.ts";
import type { Service } from "../service.ts";
import { beat } from "./heartbeat.ts";
import { OfferDesk, type OfferDeskOptions, type WorkerCall } from "./offer_desk.ts";

export interface WorkerOptions<C extends WorkerCall>
  extends Omit<OfferDeskOptions<C>, "onCalls" | "onBadMessage"> {
  /** The service's name, in heartbeats and logs. */
  readonly name: string;
  readonly metrics: {
    readonly calls: Gauge;
    readonly badMessages: Counter<"subject">;
  };
}

/** How long a stop waits until the bus has the last heartbeat. */
const FAREWELL_MS = 250;

/**
 * Takes the calls offered to a role, and says every 250 ms which it has, until it is drained or stopped.
 * Stopping, it says once more that it has none, so that the edges offer its calls to others at once.
 */
export function startWorker<C extends WorkerCall>(options: WorkerOptions<C>): Service {
  const { name, bus, clock, instance, capacity, metrics, log } = options;
  const desk = new OfferDesk<C>({
    ...options,
    onCalls: (count) => metrics.calls.set(count),
    onBadMessage: (subject, problem) => {
      metrics.badMessages.inc({ subject });
      log.warnLimited(`bad ${subject}`, "bad message on the bus", { subject, problem });
    },
  });
  const heartbeat = beat(bus, clock, name, instance, () => ({
    calls: desk.calls,
    capacity,
    draining: desk.draining,
  }));
  return {
    name,
    ready: () => bus.connected && !desk.draining,
    drain: () => desk.drain(),
    async stop() {
      heartbeat.stop();
      desk.stop();
      heartbeat.now();
      if (bus.connected) await within(clock, FAREWELL_MS, () => bus.flush());
    },
  };
}
