import { type AudioMessage, decodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import {
  type ControlReply,
  type TxControl,
  txControl,
  type TxRequest,
} from "shared/bus/messages.ts";
import { callSubject, txSubjects } from "shared/bus/subjects.ts";

export type TxSync = Extract<TxControl, { kind: "sync" }>;

export interface TxHandlers {
  audio(message: AudioMessage): void;
  request(request: TxRequest): ControlReply;
  sync(sync: TxSync): void;
  badMessage(subject: string, problem: string): void;
}

/** One subscription for audio and control of a call, so that what one publisher sends stays in order. */
export function subscribeTx(bus: Bus, call: string, handlers: TxHandlers): Subscription {
  const audioSubject = callSubject(call, "tx.audio");
  const onAudio = (message: BusMessage) => {
    const decoded = decodeAudio(message.data);
    if (!decoded.ok) handlers.badMessage("tx.audio", decoded.reason);
    else if (decoded.message.kind !== "tx") handlers.badMessage("tx.audio", "kind");
    else handlers.audio(decoded.message);
  };
  const onControl = (message: BusMessage) => {
    const decoded = decodeJson(txControl, message.data);
    if (!decoded.ok) handlers.badMessage("tx.control", decoded.problem);
    else if (decoded.value.kind === "sync") handlers.sync(decoded.value);
    else message.respond(encodeJson(handlers.request(decoded.value)));
  };
  return bus.subscribe(txSubjects(call), (message) => {
    if (message.subject === audioSubject) onAudio(message);
    else onControl(message);
  });
}
