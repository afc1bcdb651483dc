import { encodeAudio } from "shared/bus/audio_codec.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import {
  type Ack,
  ack,
  type Heartbeat,
  heartbeat,
  type Offer,
  type OfferReply,
  offerReply,
  type RxEvent,
  type Speech,
  speech,
} from "shared/bus/messages.ts";
import { callSubject, heartbeatSubject, offerSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES, FRAME_MS, silentFrame } from "shared/media/frame.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import { type Business, business } from "shared/store/business.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { Stores } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import {
  type ScriptedRecognition,
  ScriptedRecognizer,
} from "shared/testing/scripted_recognizer.ts";
import type { ScriptedRecognizerOptions } from "shared/testing/scripted_recognizer.ts";
import { ScriptedVads } from "shared/testing/scripted_vad.ts";
import { sampleOffer } from "shared/testing/sample_offer.ts";
import type { SttSettings } from "../config.ts";
import { startStt } from "../stt.ts";

export const SETTINGS: SttSettings = {
  partialDebounceMs: 90,
  batchMs: 40,
  vadHangoverMs: 180,
  timeoutMs: 320,
  bargeInMinSpeechMs: 200,
  sttCapacity: 200,
  sttDecoders: 2,
};

export const SHOP: Business = business.parse({
  id: "shop",
  name: "The Shop",
  called_numbers: ["+15550100001"],
  language: "en-GB",
  greeting: { text: "Hello." },
  not_understood: "Pardon?",
  questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
  goodbye: { phrasings: ["goodbye"], text: "Goodbye." },
  fallback: { do: "say", text: "We are away." },
});

export type Heard<T> = T & { readonly atMs: number };

export interface SttKitOptions {
  readonly recognizer?: Omit<ScriptedRecognizerOptions, "clock">;
  readonly settings?: Partial<SttSettings>;
  readonly stores?: (stores: Stores) => Stores;
}

/** The recognition service and the edge of one call, as the service sees it. */
export class SttKit {
  readonly clock = new FakeClock(1_000);
  readonly bus = new MemoryBus({ clock: this.clock });
  /** What the service sends can be lost here. */
  readonly sttBus = new LossyBus(this.bus, this.clock);
  readonly call = "CA1";
  readonly metrics = new Metrics();
  readonly vads = new ScriptedVads();
  readonly log: string[] = [];
  readonly speech: Heard<Speech>[] = [];
  readonly acks: Heard<Ack>[] = [];
  readonly beats: Heartbeat[] = [];
  readonly recognizer: ScriptedRecognizer;
  service!: Service;
  /** The next frame's. */
  seq = 0;
  streamMs = 0;
  /** Kav's own, from now on. */
  loudness = 0;
  epoch = 0;
  #events = 0;

  private constructor(options: SttKitOptions) {
    this.recognizer = new ScriptedRecognizer({ clock: this.clock, ...options.recognizer });
    const { bus, clock } = this;
    bus.subscribe(callSubject(this.call, "speech"), ({ data }) => {
      const decoded = decodeJson(speech, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.speech.push({ ...decoded.value, atMs: clock.now() });
    });
    bus.subscribe(callSubject(this.call, "ack"), ({ data }) => {
      const decoded = decodeJson(ack, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.acks.push({ ...decoded.value, atMs: clock.now() });
    });
    bus.subscribe(heartbeatSubject("stt-service", "stt-1"), ({ data }) => {
      const decoded = decodeJson(heartbeat, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.beats.push(decoded.value);
    });
  }

  static async start(options: SttKitOptions = {}): Promise<SttKit> {
    const kit = new SttKit(options);
    const { clock, log: lines } = kit;
    const stores = new MemoryStores({ clock });
    await stores.businesses.put(SHOP);
    kit.service = await startStt({
      businesses: [],
      bus: kit.sttBus,
      clock,
      stores: options.stores?.(stores) ?? stores,
      recognizer: kit.recognizer,
      vads: kit.vads,
      settings: { ...SETTINGS, ...options.settings },
      log: new LineLog({ write: (line) => lines.push(line), clock, level: "debug", logText: true }),
      metrics: kit.metrics,
      instance: "stt-1",
    });
    return kit;
  }

  get recognition(): ScriptedRecognition {
    return this.recognizer.of(this.call);
  }

  /** The frames written to the recognizer. */
  get writtenSeqs(): number[] {
    return this.recognition.written.map(({ seq }) => seq);
  }

  /** Offers a call; what came of it, or why there was no reply. */
  async offer(more: Partial<Offer> = {}): Promise<OfferReply | string> {
    const offer = sampleOffer({ call: this.call, epoch: this.epoch, ...more });
    const pending = this.bus.request(offerSubject("stt"), encodeJson(offer), { timeoutMs: 400 });
    await this.clock.advance(0);
    const result = await pending;
    if (!result.ok) return result.reason;
    const reply = decodeJson(offerReply, result.data);
    if (!reply.ok) throw new Error(reply.problem);
    return reply.value;
  }

  /** Offers the call, which must be taken. */
  async taken(more: Partial<Offer> = {}): Promise<void> {
    const reply = await this.offer(more);
    if (typeof reply === "string" || !reply.took) throw new Error(`not taken: ${reply}`);
  }

  /** Publishes frames at this moment. */
  publish(frames: number, byte = 0xff): void {
    for (let i = 0; i < frames; i++) {
      const payload = byte === 0xff ? silentFrame() : new Uint8Array(FRAME_BYTES).fill(byte);
      this.audio(payload);
    }
  }

  /** Publishes one message of audio. */
  audio(payload: Uint8Array): void {
    const { epoch, seq, streamMs, loudness } = this;
    this.bus.publish(
      callSubject(this.call, "rx.audio"),
      encodeAudio({ kind: "rx", epoch, utterance: 0, seq, streamMs, loudness, payload }),
    );
    const frames = payload.length / FRAME_BYTES;
    this.seq += frames;
    this.streamMs += frames * FRAME_MS;
  }

  /** The caller is silent, or speaks: a frame every 20 ms. */
  async silence(frames: number): Promise<void> {
    await this.#live(frames, 0xff);
  }

  async speaks(frames: number, byte = 0x10): Promise<void> {
    await this.#live(frames, byte);
  }

  event(event: { kind: "ended"; reason: string } | { kind: "assigned"; stt_epoch: number }): void {
    const more = event.kind === "assigned" ? { dialog_epoch: 0 } : {};
    const message = { event: ++this.#events, ...event, ...more } as RxEvent;
    this.bus.publish(callSubject(this.call, "rx.event"), encodeJson(message));
  }

  /** A metric's value, its labels as written by Prometheus. */
  async metric(name: string): Promise<number> {
    const line = (await this.metrics.text()).split("\n").find((line) =>
      line.startsWith(`${name} `)
    );
    return Number(line?.slice(name.length + 1) ?? NaN);
  }

  /** Ends everything; how many sleeps and detectors are left over. */
  async stop(): Promise<number> {
    await this.service.stop();
    await this.clock.advance(1_000);
    return this.clock.sleeping + this.vads.open;
  }

  async #live(frames: number, byte: number): Promise<void> {
    for (let i = 0; i < frames; i++) {
      this.publish(1, byte);
      await this.clock.advance(FRAME_MS);
    }
  }
}
