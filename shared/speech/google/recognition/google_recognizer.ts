import type { Clock } from "shared/clock/clock.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type {
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "shared/speech/recognizer.ts";
import { GoogleRecognition, type HearingMode } from "./google_recognition.ts";
import { droppedPhrases, phraseHints } from "./phrase_hints.ts";
import { type RenewalReason, STREAM_LIMITS, type StreamLimits } from "./renewal_policy.ts";
import type { SpeechConnections } from "./speech_api.ts";
import { SPEECH_TO_TEXT } from "../google_failure.ts";

const CHECK_MS = 1_000;

export interface GoogleRecognizerOptions {
  readonly clock: Clock;
  /** To the default endpoint, and to the region's where one is configured: that one is used first. */
  readonly connections: {
    readonly region?: SpeechConnections;
    readonly default: SpeechConnections;
  };
  /** Fills the pools. */
  readonly warm: () => Promise<void>;
  readonly closeConnections: () => Promise<void>;
  readonly model: string;
  readonly useEnhanced: boolean;
  /** Instead of each business's own. */
  readonly language?: string;
  /** Audio sent at a time: 20 to 200 ms. */
  readonly batchMs: number;
  /** False: whole utterances only. */
  readonly streaming: boolean;
  readonly limits?: StreamLimits;
  readonly onWarning: (message: string) => void;
  /** A stream took the place of another. */
  readonly onRenewal?: (reason: RenewalReason) => void;
  /** A call went over to whole utterances, or back. */
  readonly onMode?: (mode: HearingMode) => void;
}

/** Google Speech-to-Text v1. */
export class GoogleRecognizer implements Recognizer {
  readonly name = SPEECH_TO_TEXT.engine;
  readonly #options: GoogleRecognizerOptions;
  /** Languages that the region does not serve. */
  readonly #notInRegion = new Set<string>();
  /** What was told of phrases: it holds for every call to the same business. */
  readonly #told = new Set<string>();

  constructor(options: GoogleRecognizerOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    return this.#options.warm();
  }

  /** Whether Google listens in a language is known only when it was asked. */
  supports(): boolean {
    return true;
  }

  /** @throws {EngineFailure} */
  async check(): Promise<void> {
    const { connections } = this.#options;
    const place = await (connections.region ?? connections.default).acquire();
    try {
      await place.connection.check(CHECK_MS);
    } finally {
      place.release();
    }
  }

  recognize({ language: own, ...call }: RecognitionOptions, sink: RecognitionSink): Recognition {
    const options = this.#options;
    const { clock, model, useEnhanced, batchMs, streaming } = options;
    const language = options.language ?? own;
    const phrases = this.#hintsOf([...call.phrases, ...call.hints]);
    let connections = this.#connectionsFor(language);
    return new GoogleRecognition({
      clock,
      config: { language, model, useEnhanced, phrases },
      connections: () => connections,
      leaveConnections: () => {
        if (connections === options.connections.default) return false;
        this.#leaveRegion(language);
        connections = options.connections.default;
        return true;
      },
      batchFrames: Math.max(1, Math.round(batchMs / FRAME_MS)),
      limits: options.limits ?? STREAM_LIMITS,
      streaming,
      onRenewal: (reason) => options.onRenewal?.(reason),
      onMode: (mode) => options.onMode?.(mode),
    }, sink);
  }

  close(): Promise<void> {
    return this.#options.closeConnections();
  }

  #hintsOf(wanted: readonly string[]): readonly string[] {
    const { phrases, dropped } = phraseHints(wanted);
    if (dropped.length === 0) return phrases;
    const warning = droppedPhrases(this.name, dropped);
    if (!this.#told.has(warning)) this.#options.onWarning(warning);
    this.#told.add(warning);
    return phrases;
  }

  #connectionsFor(language: string): SpeechConnections {
    const { connections } = this.#options;
    return (this.#notInRegion.has(language) ? undefined : connections.region) ??
      connections.default;
  }

  #leaveRegion(language: string): void {
    if (this.#notInRegion.has(language)) return;
    this.#notInRegion.add(language);
    this.#options.onWarning(
      `${this.name}: the configured region refuses ${language}: its calls go to the default endpoint`,
    );
  }
}
