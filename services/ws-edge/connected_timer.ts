import type { Bus } from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";

const TICK_MS = 250;

/** Calls `fn` once, after `delayMs` with the bus connected: the timer stands still while it is away. */
export function afterConnected(bus: Bus, clock: Clock, delayMs: number, fn: () => void): Cancel {
  let connectedMs = 0;
  const cancel = every(clock, TICK_MS, () => {
    if (bus.connected) connectedMs += TICK_MS;
    if (connectedMs < delayMs) return;
    cancel();
    fn();
  });
  return cancel;
}
