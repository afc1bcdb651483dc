/** What the synthesizer needs of Google Text-to-Speech v1, so that it can be tried without it. */

export interface SynthesisApi {
  /**
   * Speaks what one request takes (5,000 bytes, markup included), as mu-law at 8 kHz.
   *
   * @returns the WAV file as it came.
   * @throws {EngineFailure} never retried; also when `signal` was aborted, which cancels it at once.
   */
  synthesize(
    voice: SpokenVoice,
    input: SpeechInput,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  /**
   * Speaks texts (5,000 bytes each) one after the other, as mu-law at 8 kHz, while it is being made.
   *
   * @returns pieces without any header. How long the next one may take is the consumer's to say.
   * @throws {EngineFailure} from the iterator; also when `signal` was aborted, which cancels it at once.
   */
  stream(
    voice: SpokenVoice,
    texts: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
  /** The names of the voices of a language; nothing is billed. @throws {EngineFailure} */
  listVoices(language: string, timeoutMs: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface SpokenVoice {
  /** BCP 47: `he-IL`. */
  readonly language: string;
  /** Unset: the language's own. */
  readonly name?: string;
  /** Unset: the voice's own pace, 1. */
  readonly rate?: number;
}

export type SpeechInput =
  | { readonly text: string }
  | { readonly ssml: string };
