import { type AudioMessage, decodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus, Subscription } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { type RxEvent, rxEvent } from "shared/bus/messages.ts";
import { type CallChannel, callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import type { CallerFrame } from "./inbox.ts";

export interface FrameHandlers {
  frame(frame: CallerFrame): void;
  /** All frames of one message have been handed over. */
  framesCame(): void;
  event(event: RxEvent): void;
  /** The edge speaks to a newer recognizer. */
  superseded(): void;
  badMessage(channel: CallChannel, problem: string): void;
}

/** Everything a call's recognition hears from the bus, checked at the door. */
export function subscribeFrames(
  bus: Bus,
  call: string,
  epoch: number,
  handlers: FrameHandlers,
): Subscription {
  const audio = bus.subscribe(callSubject(call, "rx.audio"), ({ data }) => {
    const decoded = decodeAudio(data);
    if (!decoded.ok) handlers.badMessage("rx.audio", decoded.reason);
    else if (decoded.message.kind !== "rx") handlers.badMessage("rx.audio", "kind");
    else if (decoded.message.epoch > epoch) handlers.superseded();
    else if (decoded.message.epoch === epoch) {
      eachFrame(decoded.message, handlers);
      handlers.framesCame();
    }
  });
  const events = bus.subscribe(callSubject(call, "rx.event"), ({ data }) => {
    const decoded = decodeJson(rxEvent, data);
    if (decoded.ok) handlers.event(decoded.value);
    else handlers.badMessage("rx.event", decoded.problem);
  });
  return {
    unsubscribe() {
      audio.unsubscribe();
      events.unsubscribe();
    },
  };
}

function eachFrame(message: AudioMessage, handlers: FrameHandlers): void {
  const { payload } = message;
  if (payload.length === FRAME_BYTES) return handlers.frame(message);
  for (let i = 0; i * FRAME_BYTES < payload.length; i++) {
    handlers.frame({
      seq: message.seq + i,
      streamMs: message.streamMs + i * FRAME_MS,
      loudness: message.loudness,
      payload: payload.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES),
    });
  }
}
