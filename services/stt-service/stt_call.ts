import type { Bus, Subscription } from "shared/bus/bus.ts";
import { EPOCHS_PER_LEG, type Offer, type RxEvent } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { Log } from "shared/runtime/log.ts";
import { EdgeWatch } from "shared/runtime/worker/edge_watch.ts";
import type { WorkerCall } from "shared/runtime/worker/offer_desk.ts";
import type { FramePosition, Recognition, Recognizer } from "shared/speech/recognizer.ts";
import type { VadFactory } from "shared/speech/vad.ts";
import { type Business, spokenPhrases } from "shared/store/business.ts";
import { Alarm } from "./alarm.ts";
import type { SttSettings } from "./config.ts";
import { Drain } from "./drain.ts";
import { DrainPacer } from "./drain_pacer.ts";
import { Ear } from "./ear.ts";
import { Endpointer } from "./endpointer.ts";
import { subscribeFrames } from "./frame_subscriber.ts";
import { Inbox } from "./inbox.ts";
import { LastSecond } from "./last_second.ts";
import { SoundedFrames } from "./sounded_frames.ts";
import type { SttMetrics } from "./stt_metrics.ts";
import { TranscriptPublisher } from "./transcript_publisher.ts";

const ACK_MS = 200;

export interface SttCallContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly recognizer: Recognizer;
  readonly vads: VadFactory;
  readonly settings: SttSettings;
  readonly metrics: SttMetrics;
  readonly log: Log;
}

/** Listens to one call. Takes its frames from construction on, recognizes them from `start` on. */
export class SttCall implements WorkerCall {
  readonly call: string;
  readonly epoch: number;
  /** Resolves with the reason. */
  readonly ended: Promise<string>;
  readonly #context: SttCallContext;
  readonly #offer: Offer;
  readonly #business: Business;
  readonly #log: Log;
  readonly #end = Promise.withResolvers<string>();
  readonly #inbox: Inbox;
  readonly #frames: Subscription;
  readonly #watch: EdgeWatch;
  readonly #ear: Ear;
  readonly #endpointer: Endpointer;
  readonly #publisher: TranscriptPublisher;
  readonly #endpointing: Alarm;
  readonly #lastSecond = new LastSecond();
  readonly #sounded = new SoundedFrames();
  #recognition: Recognition | undefined;
  #drain: Drain | undefined;
  #stopAcks: Cancel | undefined;
  #heardSeq = -1;
  #isOver = false;

  constructor(context: SttCallContext, offer: Offer, business: Business) {
    const { bus, clock, settings, metrics, vads } = context;
    const { call, epoch } = offer;
    this.call = call;
    this.epoch = epoch;
    this.ended = this.#end.promise;
    this.#context = context;
    this.#offer = offer;
    this.#business = business;
    this.#log = context.log.with({ call });
    this.#inbox = new Inbox({
      dropped: () => {
        metrics.drops.inc();
        this.#lastSecond.dropped();
      },
      lost: (frames) => metrics.lost.inc(frames),
    });
    const debounceMs = settings.partialDebounceMs;
    this.#publisher = new TranscriptPublisher({ bus, clock, call, epoch, debounceMs, metrics });
    this.#endpointer = new Endpointer({
      hangoverMs: settings.vadHangoverMs,
      timeoutMs: settings.timeoutMs,
      debounceMs,
      minSpeechMs: settings.bargeInMinSpeechMs,
      sounded: (seq) => this.#sounded.at(seq),
      emit: (event) => this.#publisher.speech(event),
      onPromotedDiffers: () => metrics.promotedDiffers.inc(),
    });
    this.#endpointing = new Alarm(clock, () => this.#poll());
    this.#ear = new Ear(vads.create(), settings.vadHangoverMs, {
      speechStarted: (onset) => this.#onSpeechStarted(onset),
      voiced: (at) => this.#endpointer.voiced(at),
      spoken: (at) => this.#endpointer.spoken(at),
      speechEnded: (lastVoiced) => this.#onSpeechEnded(lastVoiced),
    });
    this.#watch = new EdgeWatch(bus, clock, () => this.end("edge_silent"));
    this.#frames = this.#subscribe();
  }

  /** Begins recognition. */
  start(): void {
    const { recognizer, clock } = this.#context;
    const { language, phrase_hints: hints, engines: { recognizers: engines } } = this.#business;
    const phrases = spokenPhrases(this.#business);
    const options = { call: this.call, language, phrases, hints, ...(engines && { engines }) };
    try {
      this.#recognition = recognizer.recognize(options, {
        onReady: () => this.#drain?.pump(),
        onPartial: (text, to) =>
          this.#result(() => this.#endpointer.partial(text, to, clock.now())),
        onFinal: (text, to) => this.#result(() => this.#endpointer.final(text, to)),
        onRejected: (to) => this.#result(() => this.#endpointer.rejected(to)),
        onError: (error) => this.#onError(error),
        onFailed: (failure) => this.#onFailed(failure),
      });
    } catch (error) {
      return this.#onFailed(error);
    }
    if (this.#isOver) return this.#recognition.close();
    this.#drain = new Drain({
      clock,
      inbox: this.#inbox,
      pacer: new DrainPacer(this.epoch > this.#offer.leg * EPOCHS_PER_LEG),
      recognition: this.#recognition,
      hear: (frame) => {
        this.#heardSeq = frame.seq;
        this.#sounded.push(frame.seq, frame.loudness);
        this.#ear.hear(frame);
      },
      onWritten: (tookMs) => this.#lastSecond.wrote(tookMs),
      onError: (error) => this.#onError(error),
    });
    this.#stopAcks = every(clock, ACK_MS, () => this.#ack());
    this.#drain.pump();
  }

  /** Leaves the call and frees all it holds. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#frames.unsubscribe();
    this.#watch.stop();
    this.#stopAcks?.();
    this.#drain?.stop();
    this.#inbox.clear();
    this.#endpointing.stop();
    this.#publisher.stop();
    this.#recognition?.close();
    this.#ear.close();
    this.#end.resolve(reason);
  }

  #subscribe(): Subscription {
    const { bus, metrics } = this.#context;
    return subscribeFrames(bus, this.call, this.epoch, {
      frame: (frame) => this.#inbox.push(frame),
      framesCame: () => {
        this.#watch.heard();
        this.#drain?.pump();
      },
      event: (event) => this.#onEvent(event),
      superseded: () => this.end("superseded"),
      badMessage: (subject, problem) => {
        metrics.badMessages.inc({ subject });
        this.#log.warnLimited(`bad ${subject}`, "bad message on the bus", { subject, problem });
      },
    });
  }

  #onEvent(event: RxEvent): void {
    this.#watch.heard();
    if (event.kind === "ended") this.end(event.reason);
    else if (event.kind === "assigned" && event.stt_epoch > this.epoch) this.end("superseded");
  }

  #onSpeechStarted(onset: FramePosition): void {
    this.#endpointer.onset(onset);
    this.#setAlarm();
    this.#recognition!.speechStarted(onset);
  }

  #onSpeechEnded(lastVoiced: FramePosition): void {
    this.#endpointer.ended(lastVoiced, this.#context.clock.now());
    this.#setAlarm();
    this.#recognition!.speechEnded(lastVoiced);
  }

  #result(take: () => void): void {
    if (this.#isOver) return;
    take();
    this.#setAlarm();
  }

  #poll(): void {
    const nowMs = this.#context.clock.now();
    const hasBacklog = this.#inbox.length > 0;
    this.#endpointer.poll(nowMs, hasBacklog ? this.#heardSeq : Infinity);
    const { wakeAtMs } = this.#endpointer;
    // What was due and must wait for the backlog is looked at again, frame by frame.
    const atMs = wakeAtMs === undefined ? undefined : Math.max(wakeAtMs, nowMs + FRAME_MS);
    this.#endpointing.set(atMs);
  }

  #setAlarm(): void {
    this.#endpointing.set(this.#endpointer.wakeAtMs);
  }

  #ack(): void {
    const { writtenSeq, pending } = this.#drain!;
    const speechFromSeq = Math.min(
      this.#endpointer.openFromSeq ?? Infinity,
      this.#ear.maybeSpeechFromSeq ?? Infinity,
    );
    this.#publisher.flush();
    this.#publisher.ack({
      written_seq: writtenSeq,
      covered_seq: Math.max(-1, Math.min(writtenSeq, speechFromSeq - 1)),
      q: this.#inbox.length + pending,
      drops: this.#lastSecond.drops,
      write_ms: this.#lastSecond.writeMs,
    });
    this.#lastSecond.turn();
  }

  /** Without a recognizer there is nothing to do here: another instance may have one. */
  #onFailed(error: unknown): void {
    this.#onError(error);
    this.end("recognizer_failed");
  }

  #onError(error: unknown): void {
    if (this.#isOver) return;
    this.#context.metrics.engineErrors.inc();
    this.#log.warnLimited("recognizer", "the recognizer failed", { error: String(error) });
  }
}
