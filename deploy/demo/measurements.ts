import type { TxTelemetry } from "shared/bus/telemetry.ts";
import { bytesToMs, FRAME_BYTES } from "shared/media/frame.ts";
import type { CallEvent, FakeCall, GapStats } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { Timed } from "shared/testing/timeline.ts";
import type { DemoRun, Exchange } from "./script.ts";
import type { Telemetry } from "./telemetry_tap.ts";

/** Everything the criteria are judged by. Undefined: it did not happen. */
export interface Measurements extends Telemetry {
  /** Gaps between frames as they reached the simulated Twilio. */
  readonly pace: GapStats | undefined;
  /** Media messages there, and how many of them were not exactly 160 bytes. */
  readonly media: { readonly frames: number; readonly odd: number };
  /** As in Twilio's debugger. */
  readonly twilioWarnings: readonly string[];
  readonly fullQueueWarnings: number;
  readonly silence: SilenceMeasure | undefined;
  readonly longAnswer: AnswerMeasure | undefined;
  /** Whether this machine can recognize speech. */
  readonly recognition: boolean;
  readonly question: ReplyMeasure | undefined;
  readonly nonsense: ReplyMeasure | undefined;
  readonly problem: string | undefined;
  readonly ended: string;
}

/** What happened while the caller sent nothing but silence. */
export interface SilenceMeasure {
  readonly frames: number;
  /** Speech events that silence must not cause. */
  readonly events: number;
  readonly drops: number;
  /** How long Kav was heard. */
  readonly heardMs: number;
}

/** One answer as it reached the caller. */
export interface AnswerMeasure {
  readonly lengthMs: number;
  /** How long the caller's side had nothing left to play in the middle of it. */
  readonly holesMs: number;
  readonly underruns: number;
  readonly drops: number;
}

export interface ReplyMeasure {
  readonly asked: string | null;
  readonly told: string;
  readonly expected: string;
}

export interface MeasureOptions {
  readonly call: Pick<FakeCall, "timeline" | "gapStats" | "audibleMs">;
  readonly telemetry: Telemetry;
  readonly run: DemoRun;
  readonly recognition: boolean;
  readonly fullQueueWarnings: number;
}

export function measure(options: MeasureOptions): Measurements {
  const { call, telemetry, run } = options;
  const media = call.timeline.of("media");
  const { tx, rx, latency } = telemetry;
  return {
    tx,
    rx,
    latency,
    call: telemetry.call,
    pace: call.gapStats(),
    media: {
      frames: media.length,
      odd: media.filter(({ bytes }) => bytes !== FRAME_BYTES).length,
    },
    twilioWarnings: call.timeline.of("warning").map(({ code, message }) => `${code} ${message}`),
    fullQueueWarnings: options.fullQueueWarnings,
    silence: run.silence && silenceOf(run.silence, options),
    longAnswer: run.longAnswer && answerOf(run.longAnswer, options),
    recognition: options.recognition,
    question: replyOf(run.question),
    nonsense: replyOf(run.nonsense),
    problem: run.problem,
    ended: `by ${run.end.by}: ${run.end.reason}`,
  };
}

function silenceOf(
  { fromMs, toMs, frames }: NonNullable<DemoRun["silence"]>,
  { call, telemetry }: MeasureOptions,
): SilenceMeasure {
  const speech = telemetry.call.filter(({ event }) =>
    event === "partial" || event === "final" || event === "rejected"
  );
  return {
    frames,
    events: within(speech, fromMs, toMs).length,
    drops: sum(within(telemetry.rx, fromMs, toMs), (rx) => rx.drops),
    heardMs: call.audibleMs(fromMs, toMs),
  };
}

function answerOf(
  { fromMs, toMs }: Exchange,
  { call, telemetry }: MeasureOptions,
): AnswerMeasure {
  const media = within(call.timeline.of("media"), fromMs, toMs);
  const seconds = within<TxTelemetry & { atMs: number }>(telemetry.tx, fromMs, toMs);
  return {
    lengthMs: bytesToMs(sum(media, ({ bytes }) => bytes)),
    holesMs: holesMsOf(media),
    underruns: sum(seconds, (tx) => tx.underruns),
    drops: sum(seconds, (tx) => tx.drops),
  };
}

/** Silence between the end of what had arrived and the next frame. */
function holesMsOf(media: readonly Timed<Extract<CallEvent, { kind: "media" }>>[]): number {
  return sum([...media.entries()].slice(1), ([i, { atMs, bufferedMs }]) => {
    const before = media[i - 1]!;
    const playedOutMs = before.atMs + before.bufferedMs + bytesToMs(before.bytes);
    return bufferedMs === 0 ? Math.max(0, atMs - playedOutMs) : 0;
  });
}

function replyOf(exchange: Exchange | undefined): ReplyMeasure | undefined {
  return exchange && {
    asked: exchange.asked,
    told: exchange.told,
    expected: exchange.step.expected,
  };
}

function within<T extends { readonly atMs: number }>(
  events: readonly T[],
  fromMs: number,
  toMs: number,
): T[] {
  return events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
