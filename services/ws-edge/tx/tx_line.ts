import type { AudioMessage } from "shared/bus/audio_codec.ts";
import type { Bus, Subscription } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { TxRequest, UtterancePlay } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { ControlDesk } from "./control_desk.ts";
import { CreditDesk } from "./credit_desk.ts";
import { OwnLoudness } from "./own_loudness.ts";
import { PacedSender, type SenderEvents } from "./paced_sender.ts";
import type { PacingClock } from "./pacing_clock.ts";
import { TxQueue } from "./queue.ts";
import { subscribeTx, type TxSync } from "./subscriber.ts";
import { TxStats } from "./tx_stats.ts";
import type { TxWriter } from "./writer.ts";

/** A confirmation this late is a stall; this much later the far side is given up. */
const STALL_MS = 2_500;
const DEAD_MS = 10_000;
/** After so long without a send the connection is probed (design: at most 15 s). */
const KEEP_ALIVE_MS = 14_000;
/** An utterance's number has 16 bits on the bus. */
const MAX_UTTERANCE = 0xffff;

/** What the line tells its call. */
export interface TxLineEvents extends Omit<SenderEvents, "drained" | "frameSent" | "flooded"> {
  firstFrameSent(utterance: number, nowMs: number): void;
  /** Nothing is heard any more of the utterances up to this one. */
  silenced(through: number): void;
  /** The caller's speech that began at `onsetMs`, stream time, has silenced this utterance. */
  bargedIn(utterance: number, lastFrameSentMs: number, onsetMs: number): void;
  framesDropped(frames: number): void;
  framesLost(frames: number): void;
  badMessage(subject: string, problem: string): void;
  /** The producer misses the events after this number. */
  eventsMissed(after: number): void;
  stalled(overdueMs: number): void;
  /** The call cannot go on. */
  failed(reason: "control_flood" | "send_stalled"): void;
}

export interface TxLineOptions {
  readonly call: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly pacing: PacingClock;
  readonly writer: TxWriter;
  readonly events: TxLineEvents;
  readonly queueFrames: number;
  readonly sendBound: number;
  readonly leadFrames: number;
  /** The caller's stream time now. */
  readonly streamMs: () => number;
}

/** The way from the bus to the caller, of one call: subscriber -> queue -> paced sender -> writer. */
export class TxLine {
  readonly stats = new TxStats();
  readonly #options: TxLineOptions;
  readonly #queue: TxQueue;
  readonly #sender: PacedSender;
  readonly #credit: CreditDesk;
  readonly #desk = new ControlDesk((request) => this.#apply(request));
  readonly #loudness = new OwnLoudness();
  readonly #subscription: Subscription;
  /** The epoch of the offer that is out. */
  #offeredEpoch: number | undefined;
  #lastSentMs: number;
  /** The utterance of the last frame sent, and when that was; 0 = none yet. */
  #lastUtterance = 0;
  #lastFrameMs = 0;
  #stalled = false;

  constructor(options: TxLineOptions) {
    const { bus, call, events, clock } = options;
    this.#options = options;
    this.#lastSentMs = clock.now();
    this.#queue = new TxQueue(options.queueFrames, {
      dropped: (frames) => {
        this.stats.drops += frames;
        events.framesDropped(frames);
      },
      lost: (frames) => {
        this.stats.lost += frames;
        events.framesLost(frames);
      },
    });
    const creditSubject = callSubject(call, "credit");
    this.#credit = new CreditDesk(
      this.#queue,
      options.streamMs,
      (credit) => bus.publish(creditSubject, encodeJson(credit)),
    );
    this.#sender = new PacedSender({
      queue: this.#queue,
      writer: options.writer,
      stats: this.stats,
      loudness: this.#loudness,
      events: this.#senderEvents(),
      leadFrames: options.leadFrames,
      sendBound: options.sendBound,
    });
    options.pacing.add(this.#sender);
    this.#subscription = subscribeTx(bus, call, {
      audio: (message) => this.#isCurrent(message.epoch) && this.#onAudio(message),
      request: (request) => {
        this.#isCurrent(request.epoch);
        return this.#desk.take(request);
      },
      sync: (sync) => this.#isCurrent(sync.epoch) && this.#onSync(sync),
      badMessage: events.badMessage,
    });
  }

  /** Frames waiting. */
  get q(): number {
    return this.#queue.frames;
  }

  get unconfirmed(): number {
    return this.#sender.unconfirmed;
  }

  /** The next sequence number that a successor of the producer uses. */
  get nextSeq(): number {
    return this.#queue.knownSeq + 1;
  }

  /** The next utterance that a successor of the producer may use. */
  get nextUtterance(): number {
    return Math.min(MAX_UTTERANCE, this.#queue.lastUtterance + 1);
  }

  /** How loud Kav is to the caller, 0 to 15. */
  ownLoudness(nowMs: number): number {
    return this.#loudness.at(nowMs);
  }

  plays(): UtterancePlay[] {
    return this.#sender.plays(this.#options.clock.now());
  }

  /**
   * The call is offered with this epoch: whoever speaks with it has taken it. Nobody with an older one may speak
   * any more, or the offer would not tell where to go on.
   */
  offered(epoch: number): void {
    if (epoch === this.#offeredEpoch) return;
    this.dismiss();
    this.#offeredEpoch = epoch;
  }

  /** The producer is lost, or a later one is sought: what it left in the queue goes, what it still sends is stale. */
  dismiss(): void {
    this.#offeredEpoch = undefined;
    if (this.#desk.epoch < 0) return;
    this.#queue.dismiss();
    this.#sender.dismiss(this.#options.clock.now());
    this.#desk.dismiss();
    this.#credit.dismiss();
    this.#options.pacing.wake(this.#sender);
  }

  /** A dialog worker with this epoch takes the call. */
  takeOver(epoch: number): void {
    if (epoch === this.#desk.epoch) return;
    this.dismiss();
    this.#desk.takeOver(epoch);
    this.#credit.takeOver(epoch);
  }

  /** Twilio echoed a mark; false when we never sent it. */
  echoed(wireName: string): boolean {
    const known = this.#sender.echoed(wireName);
    this.#options.pacing.wake(this.#sender);
    return known;
  }

  /** To be called a few times a second: keep-alive, stalls. */
  watch(): void {
    const nowMs = this.#options.clock.now();
    const overdueMs = this.#sender.overdueMs(nowMs);
    if (overdueMs >= DEAD_MS) return this.#options.events.failed("send_stalled");
    if (overdueMs >= STALL_MS && !this.#stalled) {
      this.stats.stalls++;
      this.#options.events.stalled(overdueMs);
    }
    this.#stalled = overdueMs >= STALL_MS;
    if (nowMs - this.#lastSentMs >= KEEP_ALIVE_MS) {
      this.#lastSentMs = nowMs;
      this.#sender.probe(nowMs);
    }
  }

  /** Once a second: credit that makes lost ones good. */
  refreshCredit(): void {
    this.#credit.publish();
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#options.pacing.remove(this.#sender);
  }

  #senderEvents(): SenderEvents {
    const { events } = this.#options;
    return {
      ...events,
      frameSent: (frame, first, nowMs) => {
        this.#lastSentMs = this.#lastFrameMs = nowMs;
        this.#lastUtterance = frame.utterance;
        this.#credit.frameSent();
        if (first) events.firstFrameSent(frame.utterance, nowMs);
      },
      drained: () => this.#credit.publish(),
      flooded: () => events.failed("control_flood"),
    };
  }

  /** Whether the current producer speaks. The taker of the offer that is out may do so before its reply is read. */
  #isCurrent(epoch: number): boolean {
    if (epoch === this.#offeredEpoch) this.takeOver(epoch);
    return epoch === this.#desk.epoch;
  }

  #onAudio(message: AudioMessage): void {
    this.#queue.receive(message);
    this.#options.pacing.wake(this.#sender);
  }

  #onSync(sync: TxSync): void {
    this.#queue.sync(sync.seq);
    this.#credit.publish();
    if (sync.event !== undefined) this.#options.events.eventsMissed(sync.event);
  }

  #apply(request: TxRequest): void {
    if (request.kind === "clear") return this.#clear(request);
    const result = this.#queue.request(request);
    if (result === "flood") this.#options.events.failed("control_flood");
    else if (result === "cleared" && request.kind === "mark") {
      this.#options.events.markCleared(request.utterance, request.name);
    }
    this.#options.pacing.wake(this.#sender);
  }

  #clear({ through, because, onset_ms }: Extract<TxRequest, { kind: "clear" }>): void {
    const { clearedThrough } = this.#queue;
    if (through <= clearedThrough) return;
    this.#credit.cleared(this.#sender.clear(through, this.#options.clock.now()));
    this.#options.events.silenced(through);
    const utterance = this.#lastUtterance;
    const isSilenced = utterance > clearedThrough && utterance <= through;
    if (because !== "barge_in" || onset_ms === undefined || !isSilenced) return;
    this.#options.events.bargedIn(utterance, this.#lastFrameMs, onset_ms);
  }
}
