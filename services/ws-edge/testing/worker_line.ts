import { decodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { type Offer, type RxEvent, rxEvent } from "shared/bus/messages.ts";
import { type CallChannel, callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";

/** What every worker sees of a call: its events. */
export class WorkerLine {
  readonly call: string;
  readonly epoch: number;
  /** In the order of arrival, repetitions included. */
  readonly events: RxEvent[] = [];
  protected readonly bus: Bus;

  constructor(bus: Bus, { call, epoch }: Offer) {
    this.bus = bus;
    this.call = call;
    this.epoch = epoch;
    bus.subscribe(callSubject(call, "rx.event"), ({ data }) => {
      const decoded = decodeJson(rxEvent, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.events.push(decoded.value);
    });
  }

  event<K extends RxEvent["kind"]>(kind: K): Extract<RxEvent, { kind: K }> | undefined {
    return this.events.find((event) => event.kind === kind) as
      | Extract<RxEvent, { kind: K }>
      | undefined;
  }

  protected publish(channel: CallChannel, message: Record<string, unknown>): void {
    this.bus.publish(
      callSubject(this.call, channel),
      encodeJson({ epoch: this.epoch, ...message }),
    );
  }
}

/** One frame of the caller, as it came over the bus. */
export interface HeardFrame {
  /** When, in real time. */
  readonly atMs: number;
  readonly epoch: number;
  readonly seq: number;
  readonly streamMs: number;
  readonly loudness: number;
  readonly payload: Uint8Array;
}

/** A recognizer's side of a call: keeps the caller's frames, says what it is told to have heard. */
export class SttLine extends WorkerLine {
  readonly frames: HeardFrame[] = [];

  constructor(bus: Bus, offer: Offer) {
    super(bus, offer);
    bus.subscribe(callSubject(offer.call, "rx.audio"), ({ data }) => {
      const decoded = decodeAudio(data);
      if (!decoded.ok) throw new Error(decoded.reason);
      const { epoch, seq, streamMs, loudness, payload } = decoded.message;
      for (let i = 0; i * FRAME_BYTES < payload.length; i++) {
        this.frames.push({
          atMs: performance.now(),
          epoch,
          seq: seq + i,
          streamMs: streamMs + i * FRAME_MS,
          loudness,
          payload: payload.slice(i * FRAME_BYTES, (i + 1) * FRAME_BYTES),
        });
      }
    });
  }

  /** All bytes of the caller so far, in the order of arrival. */
  get audio(): Uint8Array {
    const audio = new Uint8Array(this.frames.length * FRAME_BYTES);
    this.frames.forEach(({ payload }, i) => audio.set(payload, i * FRAME_BYTES));
    return audio;
  }

  speech(event: Record<string, unknown>): void {
    this.publish("speech", { speech: 1, ...event });
  }

  ack(fields: { readonly q: number; readonly drops: number; readonly write_ms: number }): void {
    const seq = this.frames.at(-1)?.seq ?? -1;
    this.publish("ack", { written_seq: seq, covered_seq: -1, ...fields });
  }
}
