import type { Clock } from "shared/clock/clock.ts";
import { FRAME_MS, FRAMES_PER_SECOND } from "shared/media/frame.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type { UncoveredAudio } from "shared/speech/uncovered_audio.ts";
import type {
  SpeechConnection,
  SpeechStream,
  StreamConfig,
  StreamPlace,
  StreamResponse,
} from "./speech_api.ts";

export interface SessionListener {
  onResponse(session: StreamSession, response: StreamResponse): void;
  /** The other side ended it; it has left its place. */
  onEnd(session: StreamSession, failure: EngineFailure | undefined): void;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly place: StreamPlace;
  readonly config: StreamConfig;
  readonly audio: UncoveredAudio;
  readonly batchFrames: number;
  /** Of what waits, only the newest so many frames are sent at the opening. */
  readonly maxReplayFrames: number;
}

/** One stream of one call: sends the call's frames in batches and knows which frame a time of the stream means. */
export class StreamSession {
  readonly openedMs: number;
  readonly #options: SessionOptions;
  readonly #stream: SpeechStream;
  /** The frame of the stream's first byte. */
  #baseIndex: number;
  /** The next frame to be sent. */
  #nextIndex: number;
  #hasAnswered = false;
  #isOver = false;

  /** Opens the stream. */
  constructor(options: SessionOptions, listener: SessionListener) {
    const { clock, place, config, audio, maxReplayFrames } = options;
    this.#options = options;
    this.openedMs = clock.now();
    this.#baseIndex = Math.max(audio.firstIndex, audio.nextIndex - maxReplayFrames);
    this.#nextIndex = this.#baseIndex;
    this.#stream = place.connection.stream(config, {
      onResponse: (response) => {
        if (this.#isOver) return;
        this.#hasAnswered = true;
        listener.onResponse(this, response);
      },
      onEnd: (failure) => {
        if (this.#isOver) return;
        this.#leave();
        listener.onEnd(this, failure);
      },
    });
  }

  get connection(): SpeechConnection {
    return this.#options.place.connection;
  }

  get pendingWrites(): number {
    return this.#stream.pendingWrites;
  }

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Frames up to, not including, this one were sent. */
  get nextIndex(): number {
    return this.#nextIndex;
  }

  /** As the other side may count it: audio sent, or real time. */
  ageMs(nowMs: number): number {
    return Math.max((this.#nextIndex - this.#baseIndex) * FRAME_MS, nowMs - this.openedMs);
  }

  /** Sends everything that waits, in chunks of up to 1 s. */
  replay(): void {
    const { audio } = this.#options;
    while (this.#nextIndex < audio.nextIndex) {
      this.#send(Math.min(audio.nextIndex - this.#nextIndex, FRAMES_PER_SECOND));
    }
  }

  /** Sends the batches that are full. */
  feed(): void {
    const { audio, batchFrames } = this.#options;
    while (audio.nextIndex - this.#nextIndex >= batchFrames) this.#send(batchFrames);
  }

  /** The frame that ends `endMs` after the stream's first byte; of those that were sent. */
  indexAt(endMs: number): number {
    const index = this.#baseIndex + Math.ceil(endMs / FRAME_MS) - 1;
    return Math.min(index, this.#nextIndex - 1);
  }

  /** Ends the stream; the listener is not called any more. */
  stop(): void {
    if (this.#isOver) return;
    this.#stream.cancel();
    this.#leave();
  }

  #send(frames: number): void {
    const { audio } = this.#options;
    // What was dropped unsent is missing in the stream too: its times mean later frames from here on.
    const missing = Math.max(0, audio.firstIndex - this.#nextIndex);
    this.#baseIndex += missing;
    this.#nextIndex += missing;
    const toIndex = this.#nextIndex + frames;
    this.#stream.write(audio.copy(this.#nextIndex, toIndex));
    this.#nextIndex = Math.min(toIndex, audio.nextIndex);
  }

  #leave(): void {
    this.#isOver = true;
    this.#options.place.release();
  }
}
