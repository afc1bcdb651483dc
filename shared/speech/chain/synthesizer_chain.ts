import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { EngineFailure } from "../engine_failure.ts";
import {
  type EngineVoice,
  type Speaker,
  SynthesisError,
  type SynthesisRequest,
  type Synthesizer,
} from "../synthesizer.ts";
import { type BreakerChange, Breakers } from "./breakers.ts";
import type { CircuitBreakerOptions } from "./circuit_breaker.ts";
import { type SpeechAttempt, type SpeechCandidate, SpeechRace } from "./speech_race.ts";

/** An engine of a chain. */
export interface ChainedSynthesizer {
  /** As businesses name it. */
  readonly key: string;
  readonly synthesizer: Synthesizer;
}

export interface SynthesizerChainOptions {
  /** In the order to be tried, where a business has no order of its own. At least one. */
  readonly engines: readonly ChainedSynthesizer[];
  readonly clock?: Clock;
  /** An engine that has said nothing for so long gets another one beside it. Default 800. */
  readonly patienceMs?: number;
  /** Outages that begin and end. */
  readonly onChange?: (change: BreakerChange) => void;
  readonly breaker?: CircuitBreakerOptions;
}

interface Choice extends ChainedSynthesizer {
  readonly voice: string | undefined;
}

/**
 * Several synthesizers as one: each sentence is spoken by the first that works. Before its first piece another one can
 * take over; a sentence that breaks behind it ends with the engine's error, as its words must not double.
 */
export class SynthesizerChain implements Synthesizer {
  readonly name = "chain";
  readonly #engines: readonly ChainedSynthesizer[];
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #breakers: Breakers;

  constructor(options: SynthesizerChainOptions) {
    const { engines, clock = new SystemClock(), patienceMs = 800, onChange = () => {} } = options;
    if (engines.length === 0) throw new Error("Cannot chain: at least one engine, received none");
    this.#engines = engines;
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#breakers = new Breakers({
      clock,
      engines: engines.map(({ key, synthesizer }) => ({ key, engine: synthesizer })),
      onChange,
      breaker: options.breaker,
    });
  }

  /** Of the engine that is meant to speak, whether it works or not. */
  nameFor(speaker: Speaker): string {
    const { synthesizer } = this.#choices(speaker)[0] ?? this.#engines[0]!;
    return synthesizer.nameFor(speaker);
  }

  /** With that engine's voice as `voice`, if it is known. */
  preferredOnly<S extends Speaker>(speaker: S): S {
    const [preferred] = this.#choices(speaker);
    if (!preferred) return speaker;
    const voice = preferred.voice === undefined ? {} : { voice: preferred.voice };
    return { ...speaker, ...voice, engines: [{ engine: preferred.key, ...voice }] };
  }

  /** Opens all engines at the same time. Never rejects: `onChange` tells which failed. */
  open(): Promise<void> {
    return this.#breakers.open();
  }

  supports(language: string): boolean {
    return this.#engines.some(({ synthesizer }) => synthesizer.supports(language));
  }

  knowsVoice(voice: string): boolean {
    return this.#engines.some(({ synthesizer }) => synthesizer.knowsVoice(voice));
  }

  /**
   * Speaks one sentence: as the preferred engine has spoken it before, or by the first one that works.
   *
   * @throws {SynthesisError} naming every engine's failure when all fail before a first piece; {SynthesisError |
   * EngineFailure} of the engine that fails behind it.
   */
  async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const candidates = this.#candidates(request);
    const [preferred] = candidates;
    const known = await preferred?.synthesizer.recall?.(preferred.request);
    if (signal.aborted) return;
    if (known) {
      yield known;
      return;
    }
    const race = new SpeechRace({
      candidates,
      clock: this.#clock,
      breakers: this.#breakers,
      patienceMs: this.#patienceMs,
      signal,
    });
    try {
      const winner = await race.run();
      if (winner) yield* this.#pieces(winner, signal);
    } finally {
      race.stop();
    }
  }

  /** Of the preferred engine, which as a rule has spoken it. */
  async wordEndsMs(request: SynthesisRequest): Promise<readonly number[] | undefined> {
    const [preferred] = this.#candidates(request);
    return await preferred?.synthesizer.wordEndsMs?.(preferred.request);
  }

  async close(): Promise<void> {
    this.#breakers.close();
    await Promise.allSettled(this.#engines.map(({ synthesizer }) => synthesizer.close()));
  }

  async *#pieces(winner: SpeechAttempt, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { candidate: { key, variant }, pieces, wasSlow } = winner;
    let failed = wasSlow;
    try {
      for (let piece = winner.first; !piece.done && !signal.aborted;) {
        yield piece.value;
        piece = await pieces.next();
      }
    } catch (cause) {
      failed = true;
      if (signal.aborted) return;
      if (!wasSlow) this.#breakers.failed(key, variant, cause);
      throw isSpeechError(cause) ? cause : new SynthesisError(`Cannot speak: ${cause}`, { cause });
    } finally {
      // Also when the consumer has heard enough.
      if (!failed) this.#breakers.succeeded(key, variant);
    }
  }

  #candidates(request: SynthesisRequest): SpeechCandidate[] {
    const { voice: _voice, engines: _engines, ...rest } = request;
    const choices = this.#choices(request);
    if (choices.length === 0) {
      throw new SynthesisError(
        `Cannot speak: a language that one of its engines speaks, received ${request.language}`,
      );
    }
    return choices.map(({ key, synthesizer, voice }) => ({
      key,
      synthesizer,
      request: voice === undefined ? rest : { ...rest, voice },
      variant: `${request.language}|${voice ?? "default"}`,
    }));
  }

  /** The engines that can speak so, in the order to be tried, and their voices. */
  #choices({ language, voice, engines }: Speaker): Choice[] {
    const wanted: readonly EngineVoice[] = engines ?? this.#engines.map(({ key: engine }) => ({
      engine,
    }));
    return wanted.flatMap((entry) => {
      const found = this.#engines.find(({ key }) => key === entry.engine);
      if (!found?.synthesizer.supports(language)) return [];
      const isKnown = voice !== undefined && found.synthesizer.knowsVoice(voice);
      return [{ ...found, voice: entry.voice ?? (isKnown ? voice : undefined) }];
    });
  }
}

function isSpeechError(error: unknown): error is Error {
  return error instanceof SynthesisError || error instanceof EngineFailure;
}
