import type { Clock } from "shared/clock/clock.ts";
import { within, type WithinResult } from "shared/clock/within.ts";
import { EngineFailure } from "../engine_failure.ts";
import { CircuitBreaker, type CircuitBreakerOptions } from "./circuit_breaker.ts";

const OPEN_LIMIT_MS = 10_000;
const PROBE_LIMIT_MS = 5_000;
/** Variants that an engine refused; who asks for more of them is let through once more. */
const MAX_VARIANTS = 200;

/** An engine of a chain, as far as a breaker is concerned. */
export interface BreakerEngine {
  readonly key: string;
  readonly engine: { open(): Promise<void>; check?(): Promise<void> };
}

/** An outage that begins (`open`, with its failure), turns out to be another one (`open` again), or is over. */
export interface BreakerChange {
  readonly engine: string;
  /** What the engine refuses, e.g. `he-IL|he-IL-Wavenet-A`; unset: it is the engine itself. */
  readonly variant?: string;
  readonly state: "open" | "closed";
  readonly failure?: Error;
}

export interface BreakersOptions {
  readonly clock: Clock;
  readonly engines: readonly BreakerEngine[];
  readonly onChange: (change: BreakerChange) => void;
  readonly breaker?: CircuitBreakerOptions | undefined;
}

interface Guard {
  readonly breaker: CircuitBreaker;
  /** Of the outage; undefined while there is none. */
  failure: Error | undefined;
}

interface Guarded extends Guard, BreakerEngine {
  isOpened: boolean;
  /** It is being asked whether its failure was an accident. */
  isSuspected: boolean;
}

/**
 * The breakers of a chain: one per engine, and one per engine and variant for what it refuses, which must not take
 * the engine from others. An engine that can be asked for its health is probed in the background, when somebody wants
 * it, and at once when it was too slow for somebody; for others a request is the probe.
 */
export class Breakers {
  readonly #options: BreakersOptions;
  readonly #engines = new Map<string, Guarded>();
  readonly #variants = new Map<string, Guard>();
  readonly #closing = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(options: BreakersOptions) {
    this.#options = options;
    for (const { key, engine } of options.engines) {
      this.#engines.set(key, {
        key,
        engine,
        ...this.#newGuard(),
        isOpened: true,
        isSuspected: false,
      });
    }
  }

  /** Opens all engines at the same time; one that fails, or takes more than 10 s, is open-circuited. Never rejects. */
  async open(): Promise<void> {
    await Promise.all([...this.#engines.values()].map(async (guarded) => {
      const outcome = await this.#attempt(OPEN_LIMIT_MS, () => guarded.engine.open());
      if (this.#isClosed || outcome.ok) return;
      guarded.isOpened = false;
      guarded.breaker.open(this.#options.clock.now());
      this.#tellOpen(guarded, { engine: guarded.key }, errorOf(guarded.key, outcome));
    }));
  }

  /** Ends what runs in the background. */
  close(): void {
    this.#isClosed = true;
    this.#closing.resolve();
  }

  /** Whether a request may go to the engine; after a yes its outcome is to be told. Takes microseconds. */
  allows(engine: string, variant: string): boolean {
    const nowMs = this.#options.clock.now();
    const guarded = this.#guarded(engine);
    const refused = this.#variants.get(variantKey(engine, variant));
    if (refused && !refused.breaker.wouldAllow(nowMs)) return false;
    const isProbedAside = !guarded.isOpened || guarded.engine.check;
    if (guarded.breaker.state !== "closed" && isProbedAside) {
      if (!this.#isClosed && guarded.breaker.allows(nowMs)) this.#probe(guarded);
      return false;
    }
    return guarded.breaker.allows(nowMs) && (refused?.breaker.allows(nowMs) ?? true);
  }

  /** Why `allows` says no. */
  failureOf(engine: string, variant: string): Error | undefined {
    return this.#guarded(engine).failure ??
      this.#variants.get(variantKey(engine, variant))?.failure;
  }

  succeeded(engine: string, variant: string): void {
    const guarded = this.#guarded(engine);
    guarded.breaker.succeeded();
    this.#tellClosed(guarded, { engine });
    const key = variantKey(engine, variant);
    const refused = this.#variants.get(key);
    if (!refused) return;
    refused.breaker.succeeded();
    this.#tellClosed(refused, { engine, variant });
    if (refused.breaker.state === "closed") this.#variants.delete(key);
  }

  failed(engine: string, variant: string, error: unknown): void {
    const isRefused = error instanceof EngineFailure && error.kind === "refused";
    if (isRefused) {
      return this.#fail(this.#variantGuard(engine, variant), { engine, variant }, error);
    }
    const guarded = this.#guarded(engine);
    this.#fail(guarded, { engine }, error);
    const isSlow = error instanceof EngineFailure && error.kind === "timeout";
    if (isSlow && guarded.breaker.state === "closed") this.#suspect(guarded);
  }

  /** One that is dead costs one request its patience, not as many as may be accidents. */
  async #suspect(guarded: Guarded): Promise<void> {
    const { key, engine, breaker } = guarded;
    if (!engine.check || guarded.isSuspected || this.#isClosed) return;
    guarded.isSuspected = true;
    const outcome = await this.#attempt(PROBE_LIMIT_MS, () => engine.check!());
    guarded.isSuspected = false;
    if (this.#isClosed || outcome.ok || breaker.state !== "closed") return;
    breaker.open(this.#options.clock.now());
    this.#tellOpen(guarded, { engine: key }, errorOf(key, outcome));
  }

  async #probe(guarded: Guarded): Promise<void> {
    const { key, engine } = guarded;
    const outcome = await this.#attempt(
      PROBE_LIMIT_MS,
      () => guarded.isOpened ? engine.check!() : engine.open(),
    );
    if (this.#isClosed) return;
    if (outcome.ok) {
      guarded.isOpened = true;
      guarded.breaker.passedCheck();
      this.#tellClosed(guarded, { engine: key });
    } else this.#fail(guarded, { engine: key }, errorOf(key, outcome));
  }

  #attempt(limitMs: number, work: () => Promise<void>): Promise<WithinResult<void>> {
    const untilClosed = () => Promise.race([work(), this.#closing.promise]);
    return within(this.#options.clock, limitMs, untilClosed);
  }

  #fail(guard: Guard, of: Pick<BreakerChange, "engine" | "variant">, error: unknown): void {
    const kind = error instanceof EngineFailure ? error.kind : "broken";
    const hasOpened = guard.breaker.failed(kind, this.#options.clock.now());
    if (hasOpened) this.#tellOpen(guard, of, error);
  }

  #tellClosed(guard: Guard, of: Pick<BreakerChange, "engine" | "variant">): void {
    if (guard.breaker.state !== "closed" || guard.failure === undefined) return;
    guard.failure = undefined;
    this.#options.onChange({ ...of, state: "closed" });
  }

  /** Once per outage, and when it turns into another one. */
  #tellOpen(guard: Guard, of: Pick<BreakerChange, "engine" | "variant">, error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    const isKnown = guard.failure !== undefined && storyOf(guard.failure) === storyOf(failure);
    guard.failure = failure;
    if (!isKnown) this.#options.onChange({ ...of, state: "open", failure });
  }

  #guarded(engine: string): Guarded {
    const guarded = this.#engines.get(engine);
    if (!guarded) throw new Error(`Cannot guard: an engine of the chain, received ${engine}`);
    return guarded;
  }

  #variantGuard(engine: string, variant: string): Guard {
    const key = variantKey(engine, variant);
    let guard = this.#variants.get(key);
    if (!guard) {
      if (this.#variants.size === MAX_VARIANTS) {
        this.#variants.delete(this.#variants.keys().next().value!);
      }
      guard = this.#newGuard();
      this.#variants.set(key, guard);
    }
    return guard;
  }

  #newGuard(): Guard {
    return { breaker: new CircuitBreaker(this.#options.breaker), failure: undefined };
  }
}

function variantKey(engine: string, variant: string): string {
  return `${engine}|${variant}`;
}

/** For people it is one outage whether nobody answers at once or after a while. */
function storyOf(failure: Error): string {
  if (!(failure instanceof EngineFailure)) return failure.name;
  return failure.kind === "timeout" ? "unreachable" : failure.kind;
}

function errorOf(engine: string, outcome: WithinResult<void> & { readonly ok: false }): unknown {
  if (outcome.reason === "failed") return outcome.cause;
  return new EngineFailure({
    engine,
    kind: "timeout",
    code: "NO_ANSWER",
    details: "it did not answer whether it is there",
    advice: "Look whether its host can be reached",
  });
}
