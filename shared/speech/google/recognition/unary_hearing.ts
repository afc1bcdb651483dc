import { after, type Cancel } from "shared/clock/timers.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type { FramePosition } from "shared/speech/recognizer.ts";
import type { CallerSpeech } from "./caller_speech.ts";
import { requestPlace } from "./place_request.ts";
import type { HearingContext } from "./streaming_hearing.ts";
import { asFailure } from "./stt_failures.ts";

const REQUEST_MS = 5_000;
const PRE_ROLL_FRAMES = 15;
/** So long a silence ends an utterance; the last 100 ms of it the VAD may need to notice that speech goes on. */
const END_SILENCE_MS = 400;
/** 200 ms of it are sent along: in the rest new speech may have begun that the VAD does not tell yet. */
const TAIL_FRAMES = 10;
/** Google takes a minute at once. */
const MAX_UTTERANCE_MS = 55_000;
/** Utterances that wait while one is heard. */
const MAX_WAITING = 4;

interface Utterance {
  readonly audio: Uint8Array;
  readonly to: FramePosition;
}

export interface UnaryOptions extends HearingContext {
  readonly speech: CallerSpeech;
  /** An empty text: nothing could be made out. */
  readonly onHeard: (text: string, to: FramePosition) => void;
  readonly onFailed: (failure: EngineFailure) => void;
}

/** Hears whole utterances, cut where the VAD says, one request after the other. */
export class UnaryHearing {
  readonly #options: UnaryOptions;
  readonly #waiting = new BoundedQueue<Utterance>(MAX_WAITING);
  readonly #abort = new AbortController();
  #isBusy = false;
  /** The first frame that no utterance holds. */
  #uncutIndex = 0;
  /** The first frame of the utterance in progress. */
  #fromIndex: number | undefined;
  /** The utterance is over at this stream time unless speech goes on; the same by the clock. */
  #endsAtMs: number | undefined;
  #cancelEnd: Cancel | undefined;

  /** Speech that waits for an answer is its first utterance. */
  constructor(options: UnaryOptions) {
    this.#options = options;
    const { openFrom, lastVoiced, speaking } = options.speech;
    if (!openFrom) return;
    this.speechStarted(openFrom);
    if (!speaking && lastVoiced) this.#cut(lastVoiced);
  }

  /** Nothing is being said, heard or waiting. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#fromIndex === undefined;
  }

  speechStarted(onset: FramePosition): void {
    this.#setEnd(undefined);
    const firstIndex = this.#options.audio.indexUpTo(onset.seq) - PRE_ROLL_FRAMES;
    this.#fromIndex ??= Math.max(firstIndex, this.#uncutIndex);
  }

  /** A frame was written to the audio. */
  written(at: FramePosition): void {
    if (this.#fromIndex === undefined) return;
    if (this.#endsAtMs !== undefined && at.streamMs + FRAME_MS >= this.#endsAtMs) {
      return this.#cut(this.#options.speech.lastVoiced ?? at);
    }
    const { nextIndex } = this.#options.audio;
    if ((nextIndex - this.#fromIndex) * FRAME_MS < MAX_UTTERANCE_MS) return;
    this.#cut(at);
    if (this.#options.speech.speaking) this.#fromIndex = nextIndex;
  }

  speechEnded(lastVoiced: FramePosition): void {
    if (this.#fromIndex !== undefined) this.#setEnd(lastVoiced);
  }

  close(): void {
    this.#abort.abort();
    this.#waiting.clear();
    this.#setEnd(undefined);
  }

  #setEnd(lastVoiced: FramePosition | undefined): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    this.#endsAtMs = lastVoiced && lastVoiced.streamMs + FRAME_MS + END_SILENCE_MS;
    if (!lastVoiced) return;
    // Without frames the silence is taken for passed all the same.
    this.#cancelEnd = after(this.#options.clock, END_SILENCE_MS, () => this.#cut(lastVoiced));
  }

  #cut(to: FramePosition): void {
    this.#setEnd(undefined);
    const { audio } = this.#options;
    const endIndex = audio.indexUpTo(to.seq) + 1 + TAIL_FRAMES;
    const toIndex = Math.min(endIndex, audio.nextIndex);
    const bytes = audio.copy(this.#fromIndex!, toIndex);
    this.#uncutIndex = toIndex;
    this.#fromIndex = undefined;
    const dropped = this.#waiting.push({ audio: bytes, to });
    if (dropped) queueMicrotask(() => this.#tell("", dropped.to));
    this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { signal } = this.#abort;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        const text = await this.#hear(next.audio);
        if (signal.aborted) return;
        this.#tell(text.trim(), next.to);
      }
    } catch (error) {
      if (!signal.aborted) this.#options.onFailed(asFailure(error));
    } finally {
      this.#isBusy = false;
    }
  }

  /** @throws {EngineFailure} */
  async #hear(audio: Uint8Array): Promise<string> {
    try {
      return await this.#request(audio);
    } catch (error) {
      const { kind } = asFailure(error);
      if (kind !== "refused" || !this.#options.leaveConnections()) throw error;
      return await this.#request(audio);
    }
  }

  async #request(audio: Uint8Array): Promise<string> {
    const { clock, config, connections } = this.#options;
    const place = await requestPlace(clock, connections(), this.#abort.signal);
    if (!place) return "";
    try {
      return await place.connection.recognize(config, audio, REQUEST_MS);
    } finally {
      place.release();
    }
  }

  #tell(text: string, to: FramePosition): void {
    if (!this.#abort.signal.aborted) this.#options.onHeard(text, to);
  }
}
