import type { z } from "zod";
import type { Bus, Subscription } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import {
  type Credit,
  credit,
  type RxEvent,
  rxEvent,
  type Speech,
  speech,
} from "shared/bus/messages.ts";
import { type CallChannel, callSubject } from "shared/bus/subjects.ts";

export interface InboxHandlers {
  event(event: RxEvent): void;
  speech(speech: Speech): void;
  credit(credit: Credit): void;
  badMessage(channel: CallChannel, problem: string): void;
}

/** Everything a call's dialog hears from the bus, checked at the door. */
export function openInbox(bus: Bus, call: string, handlers: InboxHandlers): Subscription {
  const take = <T>(channel: CallChannel, schema: z.ZodType<T>, handle: (value: T) => void) =>
    bus.subscribe(callSubject(call, channel), (message) => {
      const decoded = decodeJson(schema, message.data);
      if (decoded.ok) handle(decoded.value);
      else handlers.badMessage(channel, decoded.problem);
    });
  const subscriptions = [
    take("rx.event", rxEvent, (event) => handlers.event(event)),
    take("speech", speech, (event) => handlers.speech(event)),
    take("credit", credit, (credit) => handlers.credit(credit)),
  ];
  return {
    unsubscribe() {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
