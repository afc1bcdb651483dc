import type { LatencyTelemetry } from "shared/bus/telemetry.ts";
import type { CallTurn, TurnLatency } from "shared/store/stores.ts";
import type { UtteranceBegin } from "../tx/paced_sender.ts";
import type { SpeechSpan } from "./latency_book.ts";
import { remember } from "./remember.ts";

/** The newest are kept: a stored record has no more. */
const MAX_TURNS = 500;

/** What the edge alone knows of a turn; its words are the dialog's. */
export type TurnTimes = Omit<CallTurn, "asked" | "told" | "interrupted" | "tools">;

type Times = { -readonly [Key in keyof TurnTimes]: TurnTimes[Key] };

/**
 * The times of a call's turns, on the edge's clock.
 *
 * - A turn may be spoken in several utterances, when it is resumed: it lasts from the first to the last.
 * - An utterance's begin may come after its first frame.
 */
export class TurnBook {
  readonly #startMs: number;
  readonly #turns = new Map<number, Times>();
  readonly #turnOf = new Map<number, number>();
  readonly #firstFramesMs = new Map<number, number>();
  /** The utterance whose end has not come. */
  #open: number | undefined;

  /** @param startMs from which a call's times are counted. */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** An utterance begins. @param asked when the speech that it answers was spoken. */
  began({ turn, utterance }: UtteranceBegin, asked: SpeechSpan | undefined): void {
    remember(this.#turnOf, utterance, turn);
    const times = this.#turns.get(turn) ?? this.#add(turn);
    if (asked) {
      times.askedFromMs ??= this.#sinceStart(asked.fromMs);
      times.askedToMs ??= this.#sinceStart(asked.toMs);
    }
    const sentMs = this.#firstFramesMs.get(utterance);
    if (sentMs !== undefined) times.toldFromMs ??= this.#sinceStart(sentMs);
  }

  firstFrameSent(utterance: number, nowMs: number): void {
    // What sounds in Twilio still is some frames; its mark tells exactly.
    if (this.#open !== undefined) this.#toldUntil(this.#open, nowMs);
    this.#open = utterance;
    remember(this.#firstFramesMs, utterance, nowMs);
    const times = this.#timesOf(utterance);
    if (times) times.toldFromMs ??= this.#sinceStart(nowMs);
  }

  /** The latencies of a turn are known. */
  answered(report: LatencyTelemetry): void {
    const times = this.#turns.get(report.turn);
    if (times) times.latency ??= latencyOf(report);
  }

  /** A mark of the utterance has played. */
  played(utterance: number, nowMs: number): void {
    this.#toldUntil(utterance, nowMs);
  }

  /** Nothing is heard any more of the utterances up to this one. */
  silenced(through: number, nowMs: number): void {
    if (this.#open !== undefined && this.#open <= through) this.#toldUntil(this.#open, nowMs);
  }

  /** The caller interrupted: `ms` from the onset of that speech to the last frame sent. */
  bargedIn(turn: number, ms: number): void {
    const times = this.#turns.get(turn);
    if (times) times.bargeInMs = Math.round(ms);
  }

  /** The turns so far, the oldest first, for a call that ends at `nowMs`: what sounded then ends then. */
  turns(nowMs: number): TurnTimes[] {
    if (this.#open !== undefined) this.#toldUntil(this.#open, nowMs);
    return [...this.#turns.values()].toSorted((a, b) => a.turn - b.turn);
  }

  #toldUntil(utterance: number, nowMs: number): void {
    if (this.#open === utterance) this.#open = undefined;
    const times = this.#timesOf(utterance);
    if (times) times.toldToMs = this.#sinceStart(nowMs);
  }

  #timesOf(utterance: number): Times | undefined {
    const turn = this.#turnOf.get(utterance);
    return turn === undefined ? undefined : this.#turns.get(turn);
  }

  #add(turn: number): Times {
    const times: Times = {
      ...{ turn, askedFromMs: null, askedToMs: null, toldFromMs: null, toldToMs: null },
      ...{ latency: null, bargeInMs: null },
    };
    this.#turns.set(turn, times);
    if (this.#turns.size > MAX_TURNS) this.#turns.delete(this.#turns.keys().next().value!);
    return times;
  }

  #sinceStart(atMs: number | undefined): number | null {
    return atMs === undefined ? null : Math.max(0, Math.round(atMs - this.#startMs));
  }
}

function latencyOf(report: LatencyTelemetry): TurnLatency {
  return {
    sttPartialMs: rounded(report.stt_partial_ms),
    sttFinalMs: rounded(report.stt_final_ms),
    llmMs: rounded(report.llm_ms),
    ttsMs: rounded(report.tts_ms),
    totalMs: rounded(report.total_ms),
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
