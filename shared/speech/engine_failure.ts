/**
 * What kind of failure it is, so that others know what to make of it.
 *
 * - `unreachable`: nobody answers at all. `credentials`, `quota`: it will not serve us. Certain at the first one.
 * - `timeout`, `broken`: it may have been this once.
 * - `refused`: it does not do what was asked (language, voice, model); other requests are served.
 */
export type FailureKind =
  | "unreachable"
  | "credentials"
  | "quota"
  | "timeout"
  | "broken"
  | "refused";

export interface EngineFailureParts {
  /** As people know it: `google-stt`. */
  readonly engine: string;
  readonly kind: FailureKind;
  /** As the engine's documentation lists it: `UNAVAILABLE (14)`. */
  readonly code: string;
  /** What the engine said. */
  readonly details: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  readonly cause?: unknown;
}

/** An engine could not do its work. The message names engine, code and what to do. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly engine: string;
  readonly kind: FailureKind;
  readonly code: string;
  readonly advice: string;

  constructor({ engine, kind, code, details, advice, cause }: EngineFailureParts) {
    super(`${engine}: ${code}: ${details}. ${advice}`, { cause });
    this.engine = engine;
    this.kind = kind;
    this.code = code;
    this.advice = advice;
  }
}
