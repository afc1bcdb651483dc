/** A text-to-speech engine, shared by all calls of a process. */
export interface Synthesizer {
  readonly name: string;
  /** The engine that is meant to speak. Part of every hash of rendered speech: another engine sounds different. */
  nameFor(speaker: Speaker): string;
  /** The same speaker, limited to the engine of `nameFor`: what is stored must not be a fallback's voice. */
  preferredOnly<S extends Speaker>(speaker: S): S;
  /** Loads what it needs. @throws {Error | EngineFailure} */
  open(): Promise<void>;
  /** Whether it can speak a language (BCP 47, e.g. `he-IL`). */
  supports(language: string): boolean;
  /** Whether a voice's name is one of this engine's. */
  knowsVoice(voice: string): boolean;
  /** Asks an engine outside of this process whether it answers; absent where there is nothing to ask. @throws {EngineFailure} */
  check?(): Promise<void>;
  /**
   * What it made of this request before and still has: found without the engine, whatever state that is in. A chain asks
   * it before anything else. Absent where nothing is kept; never throws.
   */
  recall?(request: SynthesisRequest): Promise<Uint8Array | undefined>;
  /**
   * Speaks one sentence (at most 5,000 bytes of UTF-8).
   *
   * @returns mu-law at 8 kHz in pieces of any size, as they are made. The consumer's pace is the back-pressure.
   * @throws {SynthesisError | EngineFailure} from the iterator; never after `signal` was aborted (then it just ends).
   */
  synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * When it ends each word of a sentence that it has spoken, words being what stands between blanks. Absent where the
   * engine cannot tell.
   *
   * @returns ms from the first sample; undefined where that cannot be told for this sentence.
   * @throws {SynthesisError}
   */
  wordEndsMs?(request: SynthesisRequest): Promise<readonly number[] | undefined>;
  close(): Promise<void>;
}

/** How a business speaks. */
export interface Speaker {
  /** BCP 47: `he-IL`. */
  readonly language: string;
  /** Unset, or unknown to the engine that speaks: the engine's own voice for the language. */
  readonly voice?: string;
  /** 1 is the voice's own pace; 0.25 to 2. Engines that know one pace only keep it. Default 1. */
  readonly rate?: number;
  /** The business's engines in the order to be tried; unset: the process's own order. Only a chain looks at it. */
  readonly engines?: readonly EngineVoice[];
}

export interface EngineVoice {
  readonly engine: string;
  /** Unset: `Speaker.voice` if the engine knows it, else the engine's own for the language. */
  readonly voice?: string;
}

export interface SynthesisRequest extends Speaker {
  readonly text: string;
  /** Said once, and perhaps personal: nobody keeps what is made of it. Default: it may be kept. */
  readonly once?: boolean;
}

export class SynthesisError extends Error {
  override readonly name = "SynthesisError";
}
