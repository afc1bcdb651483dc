import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import { EngineFailure } from "../engine_failure.ts";
import { SynthesisError, type SynthesisRequest, type Synthesizer } from "../synthesizer.ts";
import type { Breakers } from "./breakers.ts";

/** An engine that can speak a sentence, and how it is asked to. */
export interface SpeechCandidate {
  readonly key: string;
  readonly synthesizer: Synthesizer;
  readonly request: SynthesisRequest;
  /** What is asked of it, as the breakers know it. */
  readonly variant: string;
}

export interface SpeechRaceOptions {
  readonly candidates: readonly SpeechCandidate[];
  readonly clock: Clock;
  readonly breakers: Breakers;
  /** After so long without a first piece, the next one starts beside. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** One engine's try at the sentence. */
export interface SpeechAttempt {
  readonly candidate: SpeechCandidate;
  readonly pieces: AsyncIterator<Uint8Array>;
  readonly first: IteratorResult<Uint8Array>;
  /** It lost its patience's time, and was counted as failed. */
  readonly wasSlow: boolean;
}

interface Running {
  readonly candidate: SpeechCandidate;
  readonly abort: AbortController;
  readonly pieces: AsyncIterator<Uint8Array>;
  /** Resolves when it has its first piece, failed, or was aborted. */
  readonly settled: PromiseWithResolvers<void>;
  wasSlow: boolean;
}

/**
 * Who speaks a sentence: the first of the candidates that has a piece of it. One starts when the one before has failed
 * or is slow; the losers are aborted. To be run once, and stopped at the end.
 */
export class SpeechRace {
  readonly #options: SpeechRaceOptions;
  readonly #running = new Set<Running>();
  readonly #end = Promise.withResolvers<SpeechAttempt | undefined>();
  readonly #failures: Error[] = [];
  /** As the error tells them. */
  readonly #reasons: string[] = [];
  #next = 0;
  readonly #onAbort = () => {
    this.#end.resolve(undefined);
    this.stop();
  };

  constructor(options: SpeechRaceOptions) {
    this.#options = options;
  }

  /** @returns undefined when aborted. @throws {SynthesisError} when every candidate failed, or rests. */
  run(): Promise<SpeechAttempt | undefined> {
    const { signal } = this.#options;
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
    else this.#startNext();
    return this.#end.promise;
  }

  /** Aborts whoever still speaks, the winner included. */
  stop(): void {
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    for (const running of this.#running) this.#stopOne(running);
  }

  /** @returns whether there was one to start. */
  #startNext(): boolean {
    const { candidates, breakers } = this.#options;
    for (;;) {
      const candidate = candidates[this.#next++];
      if (!candidate) break;
      const { key, variant } = candidate;
      if (!breakers.allows(key, variant)) {
        this.#noteRest(key, breakers.failureOf(key, variant));
      } else if (this.#start(candidate)) return true;
    }
    if (this.#running.size === 0) this.#end.reject(this.#everyoneFailed());
    return false;
  }

  /** @returns false when it fails at once. */
  #start(candidate: SpeechCandidate): boolean {
    const { clock, patienceMs } = this.#options;
    const abort = new AbortController();
    const settled = Promise.withResolvers<void>();
    let running: Running;
    try {
      const speech = candidate.synthesizer.synthesize(candidate.request, abort.signal);
      const pieces = speech[Symbol.asyncIterator]();
      running = { candidate, abort, pieces, settled, wasSlow: false };
    } catch (error) {
      this.#fail(candidate, error);
      return false;
    }
    this.#running.add(running);
    this.#awaitFirst(running);
    within(clock, patienceMs, () => settled.promise).then(({ ok }) => {
      if (!ok && this.#running.has(running)) this.#onSlow(running);
    });
    return true;
  }

  async #awaitFirst(running: Running): Promise<void> {
    const { candidate, pieces, settled } = running;
    try {
      const first = await pieces.next();
      if (!this.#running.has(running)) return;
      settled.resolve();
      this.#end.resolve({ candidate, pieces, first, wasSlow: running.wasSlow });
      for (const other of this.#running) if (other !== running) this.#stopOne(other);
    } catch (error) {
      if (!this.#running.delete(running)) return;
      settled.resolve();
      if (!running.wasSlow) this.#fail(candidate, error);
      else this.#noteFailure(candidate.key, error);
      this.#startNext();
    }
  }

  /** Counted against it only when there is another one: slow speech is better than none. */
  #onSlow(running: Running): void {
    const { patienceMs, breakers } = this.#options;
    const { key, variant } = running.candidate;
    if (!this.#startNext()) return;
    running.wasSlow = true;
    breakers.failed(
      key,
      variant,
      new EngineFailure({
        engine: key,
        kind: "timeout",
        code: "SLOW",
        details: `it said nothing within ${patienceMs} ms`,
        advice: "Look at its load, or choose a faster voice",
      }),
    );
  }

  #stopOne(running: Running): void {
    this.#running.delete(running);
    running.settled.resolve();
    running.abort.abort();
    running.pieces.return?.().catch(() => {});
  }

  #fail({ key, variant }: SpeechCandidate, error: unknown): void {
    this.#options.breakers.failed(key, variant, error);
    this.#noteFailure(key, error);
  }

  #noteFailure(key: string, cause: unknown): void {
    const failure = cause instanceof Error ? cause : new Error(String(cause));
    this.#failures.push(failure);
    this.#reasons.push(`${key} failed: ${failure.message}`);
  }

  /** What is to be done was told when its outage began. */
  #noteRest(key: string, failure: Error | undefined): void {
    if (failure) this.#failures.push(failure);
    const why = failure instanceof EngineFailure ? failure.code : failure?.message;
    this.#reasons.push(`${key} rests after ${why ?? "a failure"}`);
  }

  #everyoneFailed(): SynthesisError {
    const message = `Cannot speak: every engine failed: ${this.#reasons.join("; ")}`;
    return new SynthesisError(message, { cause: new AggregateError(this.#failures) });
  }
}
