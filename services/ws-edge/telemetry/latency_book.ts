import type { Speech } from "shared/bus/messages.ts";
import type { LatencyTelemetry } from "shared/bus/telemetry.ts";
import type { UtteranceBegin } from "../tx/paced_sender.ts";
import { remember } from "./remember.ts";

interface SpeechTimes {
  onsetMs: number | undefined;
  partialMs: number | undefined;
  finalMs: number | undefined;
  lastVoicedMs: number | undefined;
}

/** First and last voiced frame of a speech, on the edge's clock. */
export interface SpeechSpan {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/**
 * Joins what the caller said with the answer's first frame, all on the edge's clock: speech events name stream
 * times, `receivedMs` tells when the edge had received that frame.
 */
export class LatencyBook {
  readonly #call: string;
  readonly #receivedMs: (streamMs: number) => number | undefined;
  readonly #speeches = new Map<string, SpeechTimes>();
  readonly #begun = new Map<number, UtteranceBegin>();

  constructor(call: string, receivedMs: (streamMs: number) => number | undefined) {
    this.#call = call;
    this.#receivedMs = receivedMs;
  }

  /** A speech event reached the edge at `nowMs`. */
  heard(event: Speech, nowMs: number): void {
    const times = this.#timesOf(event.epoch, event.speech);
    switch (event.kind) {
      case "speech_started":
        times.onsetMs = this.#receivedMs(event.onset_ms);
        break;
      case "partial":
        times.partialMs ??= nowMs;
        break;
      case "final":
        times.onsetMs ??= this.#receivedMs(event.onset_ms);
        times.finalMs = nowMs;
        times.lastVoicedMs = this.#receivedMs(event.last_voiced_ms);
        break;
      case "rejected":
        times.onsetMs ??= this.#receivedMs(event.onset_ms);
        times.lastVoicedMs = this.#receivedMs(event.last_voiced_ms);
    }
  }

  /** When the edge had received what was said; undefined where nothing of it is known. */
  spoken({ epoch, speech }: Pick<Speech, "epoch" | "speech">): SpeechSpan | undefined {
    const times = this.#speeches.get(`${epoch}:${speech}`);
    return times && { fromMs: times.onsetMs, toMs: times.lastVoicedMs };
  }

  /** An utterance of ours begins. */
  began(begin: UtteranceBegin): void {
    if (begin.reply_to) remember(this.#begun, begin.utterance, begin);
  }

  /** The first frame of an utterance left at `nowMs`: the latencies of the turn, if it answers somebody. */
  answered(utterance: number, nowMs: number): LatencyTelemetry | undefined {
    const begin = this.#begun.get(utterance);
    if (!begin?.reply_to) return undefined;
    this.#begun.delete(utterance);
    const times = this.#timesOf(begin.reply_to.epoch, begin.reply_to.speech);
    return {
      call: this.#call,
      turn: begin.turn,
      stt_partial_ms: between(times.onsetMs, times.partialMs),
      stt_final_ms: between(times.lastVoicedMs, times.finalMs),
      llm_ms: begin.llm_ms ?? null,
      tts_ms: begin.tts_ms ?? null,
      total_ms: between(times.lastVoicedMs, nowMs),
    };
  }

  #timesOf(epoch: number, speech: number): SpeechTimes {
    const key = `${epoch}:${speech}`;
    const known = this.#speeches.get(key);
    if (known) return known;
    const times: SpeechTimes = {
      onsetMs: undefined,
      partialMs: undefined,
      finalMs: undefined,
      lastVoicedMs: undefined,
    };
    remember(this.#speeches, key, times);
    return times;
  }
}

function between(fromMs: number | undefined, toMs: number | undefined): number | null {
  return fromMs === undefined || toMs === undefined ? null : Math.max(0, toMs - fromMs);
}
