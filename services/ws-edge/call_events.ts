import type { Speech } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { EdgeMetrics } from "./edge_metrics.ts";
import type { RxEvents } from "./rx/events.ts";
import type { RxLineEvents } from "./rx/rx_line.ts";
import type { BargeInBook, BargeInReport } from "./telemetry/barge_in_book.ts";
import type { GreetingBook, GreetingReport } from "./telemetry/greeting_book.ts";
import type { LatencyBook } from "./telemetry/latency_book.ts";
import type { TelemetryDesk } from "./telemetry/telemetry_desk.ts";
import type { TurnBook } from "./telemetry/turn_book.ts";
import type { Finish } from "./tx/paced_sender.ts";
import type { TxLineEvents } from "./tx/tx_line.ts";

export interface CallEventsOptions {
  readonly call: string;
  readonly clock: Clock;
  readonly telemetry: TelemetryDesk;
  readonly metrics: EdgeMetrics;
  readonly log: Log;
  readonly logText: boolean;
  readonly latency: LatencyBook;
  readonly greeting: GreetingBook;
  readonly bargeIn: BargeInBook;
  readonly turns: TurnBook;
  readonly rxEvents: RxEvents;
  readonly finish: (finish: Finish) => void;
  readonly fail: (reason: string) => void;
}

/** What follows from what a call's two lines tell: metrics, warnings, telemetry, events to the workers. */
export function callEvents(options: CallEventsOptions): RxLineEvents & TxLineEvents {
  const { metrics, log } = options;
  return {
    ...losses(options),
    ...playback(options),
    speech: (event) => {
      options.latency.heard(event, options.clock.now());
      sayHeard(event, options);
    },
    eventsMissed: (after) => options.rxEvents.repeat(after),
    finished: options.finish,
    failed: options.fail,
    badMessage: (subject, problem) => {
      metrics.badMessages.inc({ subject });
      log.warnLimited(`bad ${subject}`, "bad message on the bus", { subject, problem });
    },
  };
}

type Loss = "framesDropped" | "framesLost" | "stalled";
type Playback =
  | "began"
  | "firstFrameSent"
  | "silenced"
  | "bargedIn"
  | "markPlayed"
  | "markCleared";

/** What becomes of our utterances. */
function playback(options: CallEventsOptions): Pick<TxLineEvents, Playback> {
  const { call, clock, telemetry, metrics, latency, greeting, turns, rxEvents } = options;
  return {
    began: (begin) => {
      latency.began(begin);
      options.bargeIn.began(begin);
      turns.began(begin, begin.reply_to && latency.spoken(begin.reply_to));
      sayGreeting(greeting.began(begin), options);
    },
    firstFrameSent: (utterance, nowMs) => {
      turns.firstFrameSent(utterance, nowMs);
      sayGreeting(greeting.firstFrameSent(utterance, nowMs), options);
      const report = latency.answered(utterance, nowMs);
      if (!report) return;
      telemetry.latency(report);
      turns.answered(report);
      if (report.total_ms !== null) metrics.answerLatency.observe(report.total_ms / 1000);
    },
    silenced: (through) => turns.silenced(through, clock.now()),
    bargedIn: (...silenced) => sayBargeIn(options.bargeIn.bargedIn(...silenced), options),
    markPlayed: (utterance, name) => {
      turns.played(utterance, clock.now());
      if (name === "greeting_end") telemetry.call({ call, event: "greeting_end" });
      rxEvents.publish({ kind: "mark_played", utterance, name });
    },
    markCleared: (utterance, name) => rxEvents.publish({ kind: "mark_cleared", utterance, name }),
  };
}

/** What is lost, dropped or late; the rest of the events has a meaning for the talk. */
function losses(
  { metrics, log }: CallEventsOptions,
): Omit<RxLineEvents, "speech" | "badMessage"> & Pick<TxLineEvents, Loss> {
  return {
    framesDropped: (frames) => {
      metrics.txDrops.inc(frames);
      log.warnLimited("tx_q full", "⚠️ tx_q full (drop oldest)");
    },
    callerFramesDropped: (frames) => {
      metrics.rxDrops.inc(frames);
      log.warnLimited("rx_q full", "⚠️ rx_q full (drop oldest)");
    },
    framesLost: (frames) => metrics.txLost.inc(frames),
    framesUnsent: (frames) => metrics.busUnsent.inc(frames),
    sequenceGap: (missing) => metrics.rxGaps.inc(missing),
    timestampJump: () => metrics.rxJumps.inc(),
    stalled: (overdueMs) => {
      metrics.sendStalls.inc();
      log.warnLimited("send_stall", "Twilio confirms no audio", {
        overdue_ms: Math.round(overdueMs),
      });
    },
  };
}

function sayGreeting(
  greeting: GreetingReport | undefined,
  { call, telemetry, metrics }: CallEventsOptions,
): void {
  if (!greeting) return;
  const { ms, source } = greeting;
  telemetry.call({ call, event: "greeting", greeting_ms: ms, greeting_source: source });
  metrics.greeting.observe({ source }, ms / 1000);
}

function sayBargeIn(
  bargeIn: BargeInReport | undefined,
  { call, telemetry, metrics, turns }: CallEventsOptions,
): void {
  if (!bargeIn) return;
  const { ms, turn } = bargeIn;
  if (turn !== undefined) turns.bargedIn(turn, ms);
  telemetry.call({
    call,
    event: "barge_in",
    barge_in_ms: ms,
    ...(turn !== undefined && { turn }),
  });
  metrics.bargeIn.observe(ms / 1000);
}

function sayHeard(event: Speech, { call, telemetry, logText }: CallEventsOptions): void {
  if (event.kind === "rejected") telemetry.call({ call, event: "rejected" });
  if (event.kind !== "partial" && event.kind !== "final") return;
  telemetry.call({
    call,
    event: event.kind,
    chars: event.text.length,
    ...(logText && { text: event.text }),
  });
}
