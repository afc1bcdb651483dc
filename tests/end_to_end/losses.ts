import { decodeJson } from "shared/bus/codec.ts";
import { type TxControl, txControl } from "shared/bus/messages.ts";
import { type CallChannel, parseCallSubject } from "shared/bus/subjects.ts";
import type { LossyBus } from "shared/testing/lossy_bus.ts";
import type { BenchCall } from "./kav_bench.ts";

/** Whether a message of one call is to be lost. */
export type CallLoses = (data: Uint8Array) => boolean;

interface Loss {
  readonly call: string;
  readonly channel: CallChannel;
  readonly loses: CallLoses;
}

/** Loses messages of single calls, so that calls with different faults can share a bus. */
export class Losses {
  readonly #published: Loss[] = [];
  readonly #replies: Loss[] = [];

  constructor(bus: LossyBus) {
    bus.drop = lossesOf(this.#published);
    bus.dropReply = lossesOf(this.#replies);
  }

  /** Of what this service publishes or requests. */
  lose({ call }: BenchCall, channel: CallChannel, loses: CallLoses): void {
    this.#published.push({ call: call.callSid, channel, loses });
  }

  /** Of the answers this service gives. */
  loseReplies({ call }: BenchCall, channel: CallChannel, loses: CallLoses): void {
    this.#replies.push({ call: call.callSid, channel, loses });
  }
}

/** A message of `tx.control`. @throws when it is none. */
export function controlOf(data: Uint8Array): TxControl {
  const decoded = decodeJson(txControl, data);
  if (!decoded.ok) throw new TypeError(`Cannot read a control message: ${decoded.problem}`);
  return decoded.value;
}

function lossesOf(losses: readonly Loss[]): (subject: string, data: Uint8Array) => boolean {
  return (subject, data) => {
    const of = parseCallSubject(subject);
    return losses.some(({ call, channel, loses }) =>
      call === of?.call && channel === of.channel && loses(data)
    );
  };
}
