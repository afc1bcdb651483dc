import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type {
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "../recognizer.ts";
import { type BreakerChange, Breakers } from "./breakers.ts";
import { ChainedRecognition, type ChainedRecognizer } from "./chained_recognition.ts";
import type { CircuitBreakerOptions } from "./circuit_breaker.ts";

export interface RecognizerChainOptions {
  /** In the order to be tried, where a business has no order of its own. */
  readonly engines: readonly ChainedRecognizer[];
  readonly clock?: Clock;
  /** Outages that begin and end. */
  readonly onChange?: (change: BreakerChange) => void;
  readonly breaker?: CircuitBreakerOptions;
}

/**
 * Several recognizers as one: each call is listened to by the first that works, and by the next when it fails.
 * A call that no engine can listen to is still taken: its speech is rejected, so that it goes by keypad.
 */
export class RecognizerChain implements Recognizer {
  readonly name = "chain";
  readonly #engines: readonly ChainedRecognizer[];
  readonly #clock: Clock;
  readonly #breakers: Breakers;

  constructor(options: RecognizerChainOptions) {
    const { engines, clock = new SystemClock(), onChange = () => {}, breaker } = options;
    this.#engines = engines;
    this.#clock = clock;
    this.#breakers = new Breakers({
      clock,
      engines: engines.map(({ key, recognizer }) => ({ key, engine: recognizer })),
      onChange,
      breaker,
    });
  }

  /** Opens all engines at the same time. Never rejects: `onChange` tells which failed. */
  open(): Promise<void> {
    return this.#breakers.open();
  }

  supports(language: string): boolean {
    return this.#engines.some(({ recognizer }) => recognizer.supports(language));
  }

  recognize(options: RecognitionOptions, sink: RecognitionSink): Recognition {
    const { language, phrases, hints } = options;
    return new ChainedRecognition({
      clock: this.#clock,
      breakers: this.#breakers,
      engines: this.#enginesOf(options),
      variant: `${language}|${hashOf([...phrases, ...hints])}`,
      options,
    }, sink);
  }

  async close(): Promise<void> {
    this.#breakers.close();
    await Promise.allSettled(this.#engines.map(({ recognizer }) => recognizer.close()));
  }

  #enginesOf({ language, engines: keys }: RecognitionOptions): ChainedRecognizer[] {
    const inOrder = keys === undefined
      ? this.#engines
      : keys.flatMap((key) => this.#engines.filter((engine) => engine.key === key));
    return inOrder.filter(({ recognizer }) => recognizer.supports(language));
  }
}

/** FNV-1a: phrases that an engine refuses are one business's, as the language is all of theirs. */
function hashOf(phrases: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const phrase of phrases) {
    for (let i = 0; i < phrase.length; i++) {
      hash = Math.imul(hash ^ phrase.charCodeAt(i), 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
