import type { Bus, Subscription } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { type Ack, ack, type FinalSpeech, type Speech, speech } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { RxTelemetry } from "shared/bus/telemetry.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { MediaMessage } from "../twilio/message.ts";
import { HeardFinals } from "./heard_finals.ts";
import { RxPublisher } from "./publisher.ts";
import { type RxFrame, RxReader } from "./reader.ts";
import { ReplayRing } from "./replay_ring.ts";

/** What the line tells its call. */
export interface RxLineEvents {
  speech(event: Speech): void;
  callerFramesDropped(frames: number): void;
  framesUnsent(frames: number): void;
  sequenceGap(missing: number): void;
  timestampJump(byMs: number): void;
  badMessage(subject: string, problem: string): void;
}

export interface RxLineOptions {
  readonly call: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly events: RxLineEvents;
  readonly startSequenceNumber: number;
  readonly queueFrames: number;
  readonly replayFrames: number;
  /** How loud Kav is to the caller (`OwnLoudness.at`). */
  readonly loudness: (nowMs: number) => number;
}

/** The way from the caller to the bus, of one call, and what recognition says back. */
export class RxLine {
  readonly #options: RxLineOptions;
  readonly #reader: RxReader;
  readonly #publisher: RxPublisher;
  readonly #ring: ReplayRing;
  readonly #subscriptions: readonly Subscription[];
  readonly #heard = new HeardFinals();
  #epoch: number | undefined;
  /** The last frame that needs no other recognizer: under a result, or silence. */
  #coveredSeq = -1;
  #ack: Ack | undefined;
  #drops = 0;
  #framesReported = 0;
  #reportedAtMs: number;

  constructor(options: RxLineOptions) {
    const { bus, call, events } = options;
    this.#options = options;
    this.#reportedAtMs = options.clock.now();
    this.#ring = new ReplayRing(options.replayFrames);
    this.#reader = new RxReader(options.startSequenceNumber, events);
    this.#publisher = new RxPublisher({
      bus,
      call,
      queueFrames: options.queueFrames,
      ring: this.#ring,
      counts: {
        dropped: (frames) => {
          this.#drops += frames;
          events.callerFramesDropped(frames);
        },
        unsent: (frames) => events.framesUnsent(frames),
      },
    });
    this.#subscriptions = [
      bus.subscribe(callSubject(call, "ack"), (message) => this.#onAck(message.data)),
      bus.subscribe(callSubject(call, "speech"), (message) => this.#onSpeech(message.data)),
    ];
  }

  /** The caller's stream time now. */
  get streamMs(): number {
    return Math.round(this.#reader.streamMs);
  }

  get framesRead(): number {
    return this.#reader.framesRead;
  }

  /** The caller's last finals, from whichever recognizer: newest last, as an offer carries them. */
  get heard(): FinalSpeech[] {
    return this.#heard.finals;
  }

  /** When (our clock) the frame at `streamMs` arrived. */
  readonly receivedMs = (streamMs: number): number | undefined => this.#ring.receivedMs(streamMs);

  /** Twilio numbers every message after `start`. */
  sequence(sequenceNumber: number): void {
    this.#reader.sequence(sequenceNumber);
  }

  media(message: MediaMessage): void {
    const nowMs = this.#options.clock.now();
    const loudness = this.#options.loudness(nowMs);
    this.#reader.read(message.payload, message.timestampMs, nowMs, loudness, this.#take);
  }

  /** A recognizer with this epoch has taken the call. A successor hears again what none has covered. */
  assign(epoch: number): void {
    this.#epoch = epoch;
    this.#ack = undefined;
    this.#publisher.assign(epoch, this.#coveredSeq);
  }

  /** What happened since the last report. */
  report(): RxTelemetry {
    const nowMs = this.#options.clock.now();
    const frames = this.#reader.framesRead - this.#framesReported;
    const seconds = (nowMs - this.#reportedAtMs) / 1000;
    const report: RxTelemetry = {
      call: this.#options.call,
      fps_in: seconds > 0 ? Math.round(frames / seconds) : 0,
      q: Math.max(this.#publisher.q, this.#ack?.q ?? 0),
      drops: this.#drops + (this.#ack?.drops ?? 0),
      write_ms: this.#ack?.write_ms ?? 0,
    };
    this.#framesReported = this.#reader.framesRead;
    this.#reportedAtMs = nowMs;
    this.#drops = 0;
    return report;
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  readonly #take = (frame: RxFrame): void => {
    this.#ring.push(frame);
    this.#publisher.push(frame);
  };

  #onAck(data: Uint8Array): void {
    const decoded = decodeJson(ack, data);
    if (!decoded.ok) return this.#options.events.badMessage("ack", decoded.problem);
    if (decoded.value.epoch !== this.#epoch) return;
    this.#ack = decoded.value;
    this.#cover(decoded.value.covered_seq);
    this.#publisher.acked(decoded.value);
  }

  #onSpeech(data: Uint8Array): void {
    const decoded = decodeJson(speech, data);
    if (!decoded.ok) return this.#options.events.badMessage("speech", decoded.problem);
    const event = decoded.value;
    if (event.kind === "final") this.#heard.add(event);
    if (event.epoch !== this.#epoch) return;
    if (event.kind === "final" || event.kind === "rejected") this.#cover(event.to_seq);
    this.#options.events.speech(event);
  }

  #cover(throughSeq: number): void {
    this.#coveredSeq = Math.max(this.#coveredSeq, Math.min(throughSeq, this.#ring.newestSeq));
  }
}
