import type { Bus, Subscription } from "shared/bus/bus.ts";
import type { Credit, Offer, RxEvent, Speech, UtterancePlay } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { EdgeWatch } from "shared/runtime/worker/edge_watch.ts";
import { openInbox } from "./call_inbox.ts";
import { type ControlOutcome, type ControlRequest, ControlSender } from "./control_sender.ts";
import type { DialogMetrics } from "../dialog_metrics.ts";
import { EventFeed } from "./event_feed.ts";
import { isSuccessor } from "../record/resumption.ts";
import { SpeechPublisher } from "../speech/speech_publisher.ts";

/** Why a call is over for a worker when a newer one has it. */
export const SUPERSEDED = "superseded";

export interface EdgeLineHandlers {
  /** Each once, in order. */
  event(event: RxEvent): void;
  /** Of the newest recognizer only. */
  speech(speech: Speech): void;
  credit(credit: Credit): void;
  /** The stream has ended, with our last utterances played so far. */
  ended(reason: string, plays: readonly UtterancePlay[]): void;
  /** The call is over for us, and may go on with others. */
  over(reason: string): void;
}

export interface EdgeLineOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly offer: Offer;
  readonly metrics: DialogMetrics;
  readonly log: Log;
  readonly handlers: EdgeLineHandlers;
}

/** All that goes between one call's dialog and the bus. Hears from its construction on. */
export class EdgeLine {
  readonly publisher: SpeechPublisher;
  readonly #options: EdgeLineOptions;
  readonly #control: ControlSender;
  readonly #events: EventFeed;
  readonly #watch: EdgeWatch;
  readonly #inbox: Subscription;
  #sttEpoch = -1;

  constructor(options: EdgeLineOptions) {
    const { bus, clock, offer, handlers } = options;
    const { call, epoch } = offer;
    this.#options = options;
    this.#events = new EventFeed({
      clock,
      isFirstWorker: offer.next_utterance === 1,
      deliver: (event) => handlers.event(event),
      askAgain: () => this.publisher.sync(),
    });
    this.publisher = new SpeechPublisher({
      bus,
      clock,
      call,
      epoch,
      window: offer.window,
      nextSeq: offer.next_seq,
      isOpen: !isSuccessor(offer),
      lastEvent: () => this.#events.last,
    });
    this.#control = new ControlSender({
      bus,
      clock,
      call,
      epoch,
      onReply: (outcome) => this.#onControlReply(outcome),
      onBadReply: (problem) => this.#badMessage("tx.control", problem),
    });
    this.#watch = new EdgeWatch(bus, clock, () => handlers.over("edge_silent"));
    this.#inbox = openInbox(bus, call, {
      event: (event) => this.#onEvent(event),
      speech: (speech) => this.#onSpeech(speech),
      credit: (credit) => this.#onCredit(credit),
      badMessage: (channel, problem) => this.#badMessage(channel, problem),
    });
  }

  /** Repeated until the edge has replied. */
  request(request: ControlRequest): void {
    void this.#control.request(request);
  }

  close(): void {
    this.#inbox.unsubscribe();
    this.#watch.stop();
    this.#events.stop();
    this.publisher.stop();
    this.#control.stop();
  }

  #onEvent(event: RxEvent): void {
    this.#watch.heard();
    const { handlers, offer } = this.#options;
    if (event.kind === "ended") handlers.ended(event.reason, event.utterances ?? []);
    else if (event.kind === "assigned" && event.dialog_epoch > offer.epoch) {
      handlers.over(SUPERSEDED);
    } else this.#events.take(event);
  }

  #onSpeech(speech: Speech): void {
    if (speech.epoch < this.#sttEpoch) return;
    this.#sttEpoch = speech.epoch;
    this.#options.handlers.speech(speech);
  }

  #onCredit(credit: Credit): void {
    this.#watch.heard();
    const { handlers, offer } = this.#options;
    if (credit.epoch > offer.epoch) handlers.over(SUPERSEDED);
    else handlers.credit(credit);
  }

  #onControlReply(outcome: ControlOutcome): void {
    this.#watch.heard();
    if (outcome === "stale_epoch") this.#options.handlers.over(SUPERSEDED);
    else if (outcome === "ended") this.#options.handlers.over("ended");
  }

  #badMessage(subject: string, problem: string): void {
    const { metrics, log } = this.#options;
    metrics.badMessages.inc({ subject });
    log.warnLimited(`bad ${subject}`, "bad message on the bus", { subject, problem });
  }
}
