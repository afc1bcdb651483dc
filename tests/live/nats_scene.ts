import type { NatsEvent, NatsOptions } from "shared/bus/nats_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { Received } from "../contract/received.ts";

export const clock = new SystemClock();
export const sleep = (ms: number) => clock.sleepUntil(clock.now() + ms);

/** Options for `url`, and what the bus reports. */
export function scene(url: string, name = "test") {
  const events = new Received<NatsEvent>();
  const options: NatsOptions = {
    servers: [url],
    name,
    inboxPrefix: `_INBOX_${name}`,
    clock,
    onEvent: events.add,
    onError: () => {},
  };
  const event = async <K extends NatsEvent["kind"]>(kind: K) => {
    const is = (each: NatsEvent): each is NatsEvent & { kind: K } => each.kind === kind;
    await events.where(() => events.items.some(is), kind);
    return events.items.find(is)!;
  };
  return { options, events, event };
}
