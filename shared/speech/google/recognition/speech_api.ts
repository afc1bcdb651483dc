/** What the recognizer needs of Google Speech-to-Text v1, so that it can be tried without it. */
import type { EngineFailure } from "shared/speech/engine_failure.ts";

/** One gRPC connection. */
export interface SpeechConnection {
  /** Opens a stream. Everything comes by the handlers, never from inside this call. */
  stream(config: StreamConfig, handlers: StreamHandlers): SpeechStream;
  /** One whole utterance: mu-law at 8 kHz. Never retried. @throws {EngineFailure} */
  recognize(config: HearingConfig, audio: Uint8Array, timeoutMs: number): Promise<string>;
  /** Whether the other side answers and accepts who we are; nothing is billed. @throws {EngineFailure} */
  check(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** MULAW, 8000 Hz, one channel go without saying. */
export interface HearingConfig {
  readonly language: string;
  readonly model: string;
  readonly useEnhanced: boolean;
  /** Phrase hints. */
  readonly phrases: readonly string[];
}

/** Interim results and voice activity events are asked for as well. */
export type StreamConfig = HearingConfig;

export interface SpeechStream {
  /** mu-law bytes. Does nothing once the stream has ended; never throws. */
  write(audio: Uint8Array): void;
  /** Writes that the transport has not taken yet. */
  readonly pendingWrites: number;
  /** No more audio comes; results may. */
  finish(): void;
  /** Ends it at once; no handler is called any more. */
  cancel(): void;
}

export interface StreamHandlers {
  onResponse(response: StreamResponse): void;
  /** Once, and the last thing. Undefined: the other side ended without an error. */
  onEnd(failure: EngineFailure | undefined): void;
}

/** Times are of the audio of this stream, in ms from its first byte. */
export interface StreamResponse {
  /** In the order of the audio: what was heard since the last final. */
  readonly results: readonly StreamResult[];
  readonly voice: "begin" | "end" | undefined;
}

export interface StreamResult {
  readonly text: string;
  readonly isFinal: boolean;
  readonly endMs: number;
}

/** Connections, each with at most 80 streams (a server takes 100, the next one waits silently). */
export interface SpeechConnections {
  /** A place for one stream. @throws {EngineFailure} when no connection can be had. */
  acquire(): Promise<StreamPlace>;
}

export interface StreamPlace {
  readonly connection: SpeechConnection;
  /** Gives the place back; a second time does nothing. */
  release(): void;
}
