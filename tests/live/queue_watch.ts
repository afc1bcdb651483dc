import type { Bus, Subscription } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { ack, credit } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { BenchCall } from "./live_kav.ts";

export interface LargestQueues {
  /** Waiting at the edge for the caller, as each credit tells. */
  readonly tx: number;
  /** Written to Twilio and not confirmed, as telemetry tells each second. */
  readonly send: number;
  /** Waiting at the edge for recognition, or in its inbox, whichever is longer. */
  readonly rx: number;
  /** Waiting in an stt instance, as each ack tells. */
  readonly inbox: number;
}

/** The largest that the queues of one call have been, frames. */
export class QueueWatch {
  readonly #telemetry: BenchCall["telemetry"];
  readonly #subscriptions: readonly Subscription[];
  #tx = 0;
  #inbox = 0;

  /** @param buses of users that may hear credit and acks */
  constructor({ call, telemetry }: BenchCall, buses: { readonly dialog: Bus; readonly edge: Bus }) {
    this.#telemetry = telemetry;
    this.#subscriptions = [
      buses.dialog.subscribe(callSubject(call.callSid, "credit"), ({ data }) => {
        const decoded = decodeJson(credit, data);
        if (decoded.ok) this.#tx = Math.max(this.#tx, decoded.value.queued);
      }),
      buses.edge.subscribe(callSubject(call.callSid, "ack"), ({ data }) => {
        const decoded = decodeJson(ack, data);
        if (decoded.ok) this.#inbox = Math.max(this.#inbox, decoded.value.q);
      }),
    ];
  }

  get largest(): LargestQueues {
    const { tx, rx } = this.#telemetry;
    return {
      tx: Math.max(this.#tx, ...tx.map(({ q }) => q)),
      send: Math.max(0, ...tx.map(({ unconfirmed }) => unconfirmed)),
      rx: Math.max(0, ...rx.map(({ q }) => q)),
      inbox: this.#inbox,
    };
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }
}

/** The largest of each, of several calls. */
export function largestOf(watches: readonly QueueWatch[]): LargestQueues {
  const all = watches.map(({ largest }) => largest);
  const most = (key: keyof LargestQueues) => Math.max(...all.map((each) => each[key]));
  return { tx: most("tx"), send: most("send"), rx: most("rx"), inbox: most("inbox") };
}
