import type { EngineFailure } from "./engine_failure.ts";

/** A speech-to-text engine, shared by all calls of a process. */
export interface Recognizer {
  readonly name: string;
  /** Loads models and fills pools. A service is ready only after it. @throws {Error | EngineFailure} */
  open(): Promise<void>;
  /** Whether it can listen in a language (BCP 47, e.g. `he-IL`). */
  supports(language: string): boolean;
  /** Asks an engine outside of this process whether it answers; absent where there is nothing to ask. @throws {EngineFailure} */
  check?(): Promise<void>;
  /** Begins recognition for one call. Returns at once; `recognition.ready` tells when it takes audio. */
  recognize(options: RecognitionOptions, sink: RecognitionSink): Recognition;
  close(): Promise<void>;
}

export interface RecognitionOptions {
  readonly call: string;
  readonly language: string;
  /** Phrases the dialog understands: a grammar or hints, as the engine can. */
  readonly phrases: readonly string[];
  /** Words that may come besides: names, products. A grammar does not take them. */
  readonly hints: readonly string[];
  /** The business's engines in the order to be tried; unset: the process's own order. Only a chain looks at it. */
  readonly engines?: readonly string[];
}

/**
 * One call's recognition. Frames are written in order, and only while `ready` is true; when it is not, the
 * writer keeps them and goes on at `sink.onReady`.
 */
export interface Recognition {
  readonly ready: boolean;
  /** One frame: 160 bytes of mu-law, 20 ms. */
  write(frame: Uint8Array, at: FramePosition): void;
  /** The VAD heard speech begin at `at`. Called before the frame itself is written; may take `ready` away. */
  speechStarted(at: FramePosition): void;
  /** The VAD's hangover has passed; `lastVoiced` was the last voiced frame. */
  speechEnded(lastVoiced: FramePosition): void;
  close(): void;
}

export interface FramePosition {
  readonly seq: number;
  readonly streamMs: number;
}

/** What an engine reports. Positions are those of frames written. Never called from inside `write`. */
export interface RecognitionSink {
  onReady(): void;
  /** What was heard so far; an empty text takes the last partial back. */
  onPartial(text: string, to: FramePosition): void;
  /** The engine is sure of everything up to `to`. */
  onFinal(text: string, to: FramePosition): void;
  /** Speech up to `to` that the engine cannot make out. */
  onRejected(to: FramePosition): void;
  /** Something went wrong; the recognition goes on. */
  onError(error: Error): void;
  /** The recognition is over: it takes no frame more and says nothing more. Another engine may go on. */
  onFailed(failure: EngineFailure): void;
}
