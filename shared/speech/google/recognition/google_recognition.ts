import { after, type Cancel } from "shared/clock/timers.ts";
import { FRAMES_PER_SECOND } from "shared/media/frame.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type { FramePosition, Recognition, RecognitionSink } from "shared/speech/recognizer.ts";
import { UncoveredAudio } from "shared/speech/uncovered_audio.ts";
import { AnswerWatch } from "./answer_watch.ts";
import { CallerSpeech } from "./caller_speech.ts";
import { HeardText } from "./heard_text.ts";
import { requestPlace } from "./place_request.ts";
import type { RenewalReason } from "./renewal_policy.ts";
import type { StreamResponse } from "./speech_api.ts";
import type { StreamSession } from "./stream_session.ts";
import {
  type HearingContext,
  StreamingHearing,
  type StreamingListener,
  type StreamingOptions,
} from "./streaming_hearing.ts";
import { UnaryHearing } from "./unary_hearing.ts";

/** 55 s: as much as Google takes at once. */
const AUDIO_FRAMES = 2_750;
/** Of silence so much is kept, for words whose beginning the VAD missed. */
const SILENCE_FRAMES = 3 * FRAMES_PER_SECOND;
const CHECK_MS = 400;
/** In unary mode, until streaming is tried again. */
const STREAMING_AGAIN_MS = 30_000;
/** Speech that an open stream said nothing to for so long was none. */
const FORGET_SPEECH_MS = 6_000;

export type HearingMode = "streaming" | "unary";

export interface RecognitionContext extends Omit<StreamingOptions, "audio"> {
  /** False: whole utterances only. */
  readonly streaming: boolean;
  readonly onRenewal: (reason: RenewalReason) => void;
  readonly onMode: (mode: HearingMode) => void;
}

/** One call's recognition: by streams, or, where they fail, by whole utterances. Holds what no final covers. */
export class GoogleRecognition implements Recognition, StreamingListener {
  readonly #context: RecognitionContext;
  readonly #sink: RecognitionSink;
  readonly #audio = new UncoveredAudio(AUDIO_FRAMES);
  readonly #speech = new CallerSpeech();
  readonly #text: HeardText;
  readonly #watch: AnswerWatch;
  readonly #streaming: StreamingHearing;
  /** While it is there, no stream is. */
  #unary: UnaryHearing | undefined;
  #cancelPause: Cancel | undefined;
  /** As it was told last. */
  #mode: HearingMode = "streaming";
  #heardMs = 0;
  /** The last moment at which speech ended or a stream opened. */
  #waitingSinceMs = 0;
  readonly #over = new AbortController();

  constructor(context: RecognitionContext, sink: RecognitionSink) {
    this.#context = context;
    this.#sink = sink;
    this.#text = new HeardText(this.#audio, this.#speech, sink);
    this.#watch = new AnswerWatch({
      clock: context.clock,
      speech: this.#speech,
      heardMs: () => this.#heardMs,
      owes: () => this.#text.owes(context.clock.now()),
      check: () => this.#check(),
      onDead: (failure) => this.onFailed(failure),
      onStuck: () => this.#streaming.renewStuck(),
    });
    this.#streaming = new StreamingHearing({ ...context, audio: this.#audio }, this);
    if (context.streaming) this.#streaming.start();
    else this.#hearUtterances();
  }

  get ready(): boolean {
    return !this.#over.signal.aborted && !this.#streaming.isCongested;
  }

  write(frame: Uint8Array, at: FramePosition): void {
    if (this.#over.signal.aborted) return;
    const nowMs = this.#context.clock.now();
    this.#audio.push(frame, at);
    this.#heardMs = at.streamMs;
    const isCalm = this.#isCalm(nowMs);
    this.#unary?.written(at);
    this.#streaming.feed(nowMs, isCalm);
    if (isCalm) this.#beCalm();
  }

  speechStarted(at: FramePosition): void {
    if (this.#over.signal.aborted) return;
    this.#speech.began(at);
    this.#unary?.speechStarted(at);
    this.#watch.began();
  }

  speechEnded(lastVoiced: FramePosition): void {
    if (this.#over.signal.aborted) return;
    this.#waitingSinceMs = this.#context.clock.now();
    this.#speech.ended(lastVoiced);
    this.#unary?.speechEnded(lastVoiced);
    this.#watch.ended();
  }

  close(): void {
    this.#over.abort();
    this.#text.stop();
    this.#watch.closed();
    this.#cancelPause?.();
    this.#streaming.stop();
    this.#unary?.close();
    this.#unary = undefined;
  }

  onOpened(_session: StreamSession, reason: RenewalReason | undefined): void {
    // What one stream was silent to, the next one need not wait for as long.
    if (reason !== "stuck") this.#waitingSinceMs = this.#context.clock.now();
    this.#text.begin();
    this.#watch.opened();
    if (reason) this.#context.onRenewal(reason);
  }

  onResponse(session: StreamSession, response: StreamResponse): void {
    this.#tellMode("streaming");
    const nowMs = this.#context.clock.now();
    this.#text.take(response, (endMs) => session.indexAt(endMs), nowMs);
    this.#watch.answered();
  }

  onBroken(): void {
    this.#watch.closed();
  }

  onError(failure: EngineFailure): void {
    this.#sink.onError(failure);
  }

  onReady(): void {
    if (this.ready) this.#sink.onReady();
  }

  onGivenUp(failure: EngineFailure | undefined): void {
    if (failure) this.#sink.onError(failure);
    if (!this.#over.signal.aborted) this.#hearUtterances();
  }

  onFailed(failure: EngineFailure): void {
    if (this.#over.signal.aborted) return;
    this.close();
    this.#sink.onFailed(failure);
  }

  #hearUtterances(): void {
    const context: HearingContext = { ...this.#context, audio: this.#audio };
    this.#unary = new UnaryHearing({
      ...context,
      speech: this.#speech,
      onHeard: (text, to) => {
        this.#text.final(text, to);
        this.#watch.answered();
      },
      onFailed: (failure) => this.onFailed(failure),
    });
    this.#tellMode("unary");
    this.#watch.opened();
    if (!this.#context.streaming) return;
    this.#cancelPause = after(this.#context.clock, STREAMING_AGAIN_MS, () => {
      this.#cancelPause = undefined;
    });
  }

  /** Whether nobody speaks, nor waits for an answer. */
  #isCalm(nowMs: number): boolean {
    if (this.#speech.speaking || this.#text.isOutstanding(nowMs)) return false;
    if (this.#speech.isAnswered) return true;
    const isOpen = this.#streaming.session !== undefined;
    if (!isOpen || nowMs - this.#waitingSinceMs < FORGET_SPEECH_MS) return false;
    this.#speech.forget();
    return true;
  }

  #beCalm(): void {
    const { session, unsentFrames } = this.#streaming;
    const unary = this.#unary;
    if (session || unary) {
      this.#audio.keep(unary ? SILENCE_FRAMES : Math.max(SILENCE_FRAMES, unsentFrames));
    }
    if (!unary?.isIdle || this.#cancelPause || !this.#context.streaming) return;
    unary.close();
    this.#unary = undefined;
    this.#watch.closed();
    this.#streaming.start();
  }

  #tellMode(mode: HearingMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#context.onMode(mode);
  }

  async #check(): Promise<void> {
    const { session } = this.#streaming;
    if (session) return await session.connection.check(CHECK_MS);
    const { clock, connections } = this.#context;
    const place = await requestPlace(clock, connections(), this.#over.signal);
    try {
      await place?.connection.check(CHECK_MS);
    } finally {
      place?.release();
    }
  }
}
