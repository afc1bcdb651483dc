/** A text-to-speech engine, shared by all calls of a process. */
export interface Synthesizer {
  /** Part of the greeting hash: another engine sounds different. */
  readonly name: string;
  open(): Promise<void>;
  /**
   * Speaks one sentence (at most 5,000 bytes of UTF-8).
   *
   * @returns mu-law at 8 kHz in pieces of any size, as they are made. The consumer's pace is the back-pressure.
   * @throws {SynthesisError} from the iterator; never after `signal` was aborted (then it just ends).
   */
  synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface SynthesisRequest {
  readonly text: string;
  readonly language: string;
  readonly voice: string;
}

export class SynthesisError extends Error {
  override readonly name = "SynthesisError";
}
