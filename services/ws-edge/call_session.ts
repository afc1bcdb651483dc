import type { Bus } from "shared/bus/bus.ts";
import type { Offer } from "shared/bus/messages.ts";
import type { Role } from "shared/bus/subjects.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { NextAction } from "shared/store/stores.ts";
import type { CallEnding } from "./call_ending.ts";
import { callEvents } from "./call_events.ts";
import { CallMeter } from "./call_meter.ts";
import { CallRecorder } from "./call_recorder.ts";
import type { CallRecords } from "./call_records.ts";
import type { EdgeSettings } from "./config.ts";
import type { EdgeMetrics } from "./edge_metrics.ts";
import type { NextActions } from "./next_actions.ts";
import { RoleAssignment } from "./role_assignment.ts";
import { RxEvents } from "./rx/events.ts";
import { RxLine } from "./rx/rx_line.ts";
import { BargeInBook } from "./telemetry/barge_in_book.ts";
import { GreetingBook } from "./telemetry/greeting_book.ts";
import { LatencyBook } from "./telemetry/latency_book.ts";
import type { TelemetryDesk } from "./telemetry/telemetry_desk.ts";
import { TurnBook } from "./telemetry/turn_book.ts";
import type { Finish } from "./tx/paced_sender.ts";
import type { PacingClock } from "./tx/pacing_clock.ts";
import { TxLine } from "./tx/tx_line.ts";
import type { TxWriter } from "./tx/writer.ts";
import type { WorkerWatch } from "./worker_watch.ts";
import type { DtmfMessage, MarkMessage, MediaMessage, StartMessage } from "./twilio/message.ts";

/** Without a dialog by then, the caller gets the business's fallback verb. */
const DIALOG_DEADLINE_MS = 3_000;
/** A call in its middle waits longer for a dialog's successor. Without recognition the keypad still works. */
const SUCCESSOR_MS: Readonly<Record<Role, number>> = { dialog: 10_000, stt: Infinity };

/** What all calls of an edge share. */
export interface SessionContext {
  readonly bus: Bus;
  /** The same bus, counting what it does not send; the caller's frames are counted by their line. */
  readonly countedBus: Bus;
  readonly workers: WorkerWatch;
  readonly clock: Clock;
  readonly pacing: PacingClock;
  readonly settings: EdgeSettings;
  readonly metrics: EdgeMetrics;
  readonly telemetry: TelemetryDesk;
  readonly nextActions: NextActions;
  readonly callEnding: CallEnding;
  readonly callRecords: CallRecords;
  readonly log: Log;
  readonly logText: boolean;
}

export interface SessionOptions {
  readonly context: SessionContext;
  readonly start: StartMessage;
  readonly business: string;
  readonly leg: number;
  readonly writer: TxWriter;
  /** Ends the stream, and sees to it that Twilio goes on with `next`. */
  readonly endStream: (reason: string, next: NextAction) => void;
}

/** One call, from `start` until its stream is closed: its two lines, its workers, its record. */
export class CallSession {
  readonly call: string;
  readonly #options: SessionOptions;
  readonly #context: SessionContext;
  readonly #log: Log;
  readonly #events: RxEvents;
  readonly #rx: RxLine;
  readonly #tx: TxLine;
  readonly #meter: CallMeter;
  readonly #abort = new AbortController();
  readonly #assignments: Readonly<Record<Role, RoleAssignment>>;
  readonly #recorder: CallRecorder;
  #cancelFallback: Cancel = () => {};
  #ended = false;

  constructor(options: SessionOptions) {
    const { context, start, leg } = options;
    const { bus, countedBus, clock, settings } = context;
    this.#options = options;
    this.#context = context;
    this.call = start.callSid;
    this.#log = context.log.with({ call: this.call });
    const turns = new TurnBook(clock.now());
    this.#recorder = new CallRecorder({
      ...context,
      turns,
      identity: { call: this.call, businessId: options.business, leg },
    });
    this.#events = new RxEvents(countedBus, this.call);
    const events = this.#lineEvents(turns);
    this.#rx = new RxLine({
      call: this.call,
      bus,
      clock,
      events,
      startSequenceNumber: start.sequenceNumber,
      queueFrames: settings.rxQueueFrames,
      replayFrames: settings.rxReplayFrames,
      loudness: (nowMs) => this.#tx.ownLoudness(nowMs),
    });
    this.#tx = new TxLine({
      call: this.call,
      bus: countedBus,
      clock,
      pacing: context.pacing,
      writer: options.writer,
      events,
      queueFrames: settings.txQueueFrames,
      sendBound: settings.sendQueueFrames,
      leadFrames: settings.txLeadFrames,
      streamMs: () => this.#rx.streamMs,
    });
    this.#meter = new CallMeter({ ...context, call: this.call, rx: this.#rx, tx: this.#tx });
    this.#assignments = { stt: this.#assignment("stt"), dialog: this.#assignment("dialog") };
    this.#open();
  }

  media(message: MediaMessage): void {
    if (this.#ended) return;
    this.#rx.sequence(message.sequenceNumber);
    this.#rx.media(message);
  }

  dtmf(message: DtmfMessage): void {
    if (this.#ended) return;
    this.#rx.sequence(message.sequenceNumber);
    this.#events.publish({ kind: "dtmf", digit: message.digit, stream_ms: this.#rx.streamMs });
  }

  mark(message: MarkMessage): void {
    if (this.#ended) return;
    this.#rx.sequence(message.sequenceNumber);
    if (!this.#tx.echoed(message.name)) this.#context.metrics.strayMarks.inc();
  }

  /** A few times a second: keep-alive and stalls; once a second, the report. */
  watch(): void {
    if (this.#ended) return;
    this.#tx.watch();
    // A watch may end the call.
    if (!this.#ended) this.#meter.watch();
  }

  /**
   * The stream is over, whoever closed it. Frees everything; ending twice does nothing.
   *
   * @param kind what metrics call it: a dialog's own words would be endless labels.
   */
  end(reason: string, kind = reason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#meter.count();
    this.#abort.abort();
    this.#events.publish({ kind: "ended", reason, utterances: this.#tx.plays() });
    this.#tx.close();
    this.#rx.close();
    this.#context.metrics.callsTotal.inc({ reason: kind });
    this.#context.telemetry.call({ call: this.call, event: "ended", reason });
    this.#log.info("call ended", { reason, frames_in: this.#rx.framesRead });
    this.#recorder.ended(reason, this.#rx.framesRead, this.#tx.stats.framesTotal);
  }

  /** Ends the call on purpose. */
  #close(reason: string, next: NextAction, kind = reason): void {
    if (this.#ended) return;
    this.end(reason, kind);
    this.#options.endStream(reason, next);
  }

  #lineEvents(turns: TurnBook): ReturnType<typeof callEvents> {
    const receivedMs = (streamMs: number) => this.#rx.receivedMs(streamMs);
    return callEvents({
      ...this.#context,
      call: this.call,
      log: this.#log,
      latency: new LatencyBook(this.call, receivedMs),
      greeting: new GreetingBook(this.#context.clock.now()),
      turns,
      bargeIn: new BargeInBook(receivedMs),
      rxEvents: this.#events,
      finish: (finish) => this.#finish(finish),
      fail: (reason) => this.#fail(reason),
    });
  }

  #open(): void {
    const { clock, nextActions } = this.#context;
    nextActions.delete(this.call);
    this.#log.info("call started", { business: this.#options.business, leg: this.#options.leg });
    this.#recorder.started();
    this.#cancelFallback = after(clock, DIALOG_DEADLINE_MS, () => this.#fail("no_dialog"));
    this.#abort.signal.addEventListener("abort", this.#cancelFallback, { once: true });
    for (const role of ["stt", "dialog"] as const) this.#assignments[role].run(this.#abort.signal);
  }

  #assignment(role: Role): RoleAssignment {
    const { context, leg } = this.#options;
    return new RoleAssignment({
      ...context,
      bus: context.countedBus,
      role,
      call: this.call,
      leg,
      log: this.#log,
      successorMs: SUCCESSOR_MS[role],
      describe: () => this.#describe(),
      onOffer: (epoch) => role === "dialog" && this.#tx.offered(epoch),
      onTaken: (epoch) => this.#taken(role, epoch),
      onLost: () => {
        context.metrics.failovers.inc({ role });
        if (role === "dialog") this.#tx.dismiss();
      },
      onForsaken: () => this.#fail("no_dialog"),
      onExhausted: () => this.#fail("epochs_used_up"),
      onEndedMeanwhile: () => this.#events.repeatLast(),
    });
  }

  #taken(role: Role, epoch: number): void {
    if (role === "stt") this.#rx.assign(epoch);
    else {
      this.#cancelFallback();
      this.#tx.takeOver(epoch);
    }
    this.#events.publish({
      kind: "assigned",
      stt_epoch: this.#assignments.stt.epoch,
      dialog_epoch: this.#assignments.dialog.epoch,
    });
  }

  #describe(): Omit<Offer, "epoch" | "not"> {
    return {
      call: this.call,
      leg: this.#options.leg,
      business: this.#options.business,
      window: this.#context.settings.txWindowFrames,
      next_utterance: this.#tx.nextUtterance,
      next_seq: this.#tx.nextSeq,
      utterances: this.#tx.plays(),
      heard: [...this.#rx.heard],
    };
  }

  #finish(finish: Finish): void {
    switch (finish.kind) {
      case "hangup":
        return this.#close(finish.reason, { do: "hangup" }, finish.kind);
      case "transfer":
        return this.#close(finish.kind, { do: "dial", number: finish.to });
      case "fallback":
        return this.#fail(finish.reason, finish.kind);
    }
  }

  #fail(reason: string, kind = reason): void {
    this.#log.warn("the call cannot go on", { reason });
    this.#close(reason, { do: "fallback", businessId: this.#options.business }, kind);
  }
}
