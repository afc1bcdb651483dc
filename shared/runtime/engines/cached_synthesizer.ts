/** Sentences an engine has spoken once are spoken again without it. */
import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import { AudioMemory } from "shared/media/audio_memory.ts";
import type { Speaker, SynthesisRequest, Synthesizer } from "shared/speech/synthesizer.ts";
import { GREETING_FORMAT, ttsHash } from "shared/store/greeting_key.ts";
import type { PhraseStore } from "shared/store/stores.ts";
import { SharedRendering } from "./shared_rendering.ts";

/** Longer texts do not come again. */
export const MAX_CACHED_CHARS = 500;
/** What the store may cost a sentence that it does not have. */
const READ_LIMIT_MS = 40;
/** Nobody waits for it but `close`. */
const WRITE_LIMIT_MS = 1_000;

/** Where a sentence was found. */
export type CacheResult = "memory" | "store" | "miss";

export interface CachedSynthesizerOptions {
  readonly engine: Synthesizer;
  readonly phrases: PhraseStore;
  readonly clock: Clock;
  /** Bytes of audio kept in memory; 0: none. */
  readonly memoryBytes: number;
  readonly onResult: (result: CacheResult) => void;
}

/**
 * One engine with a cache before it: memory, then the store.
 *
 * - `recall` looks and never asks the engine; `synthesize` asks the engine and keeps what it made. So a caller asks
 *   `recall` first, and a dead engine does not keep anybody from what is kept.
 * - Kept is only what was made to its end. Two calls that want the same sentence at once share one request.
 */
export class CachedSynthesizer implements Synthesizer {
  readonly name: string;
  readonly #options: CachedSynthesizerOptions;
  readonly #engine: Synthesizer;
  readonly #memory: AudioMemory;
  /** Being made now, by hash. */
  readonly #renderings = new Map<string, SharedRendering>();
  readonly #storing = new Set<Promise<void>>();
  readonly check?: () => Promise<void>;

  constructor(options: CachedSynthesizerOptions) {
    const { engine } = options;
    this.#options = options;
    this.#engine = engine;
    this.name = engine.name;
    this.#memory = new AudioMemory(options.memoryBytes);
    if (engine.check) this.check = () => engine.check!();
  }

  open(): Promise<void> {
    return this.#engine.open();
  }

  nameFor(speaker: Speaker): string {
    return this.#engine.nameFor(speaker);
  }

  preferredOnly<S extends Speaker>(speaker: S): S {
    return this.#engine.preferredOnly(speaker);
  }

  supports(language: string): boolean {
    return this.#engine.supports(language);
  }

  knowsVoice(voice: string): boolean {
    return this.#engine.knowsVoice(voice);
  }

  async recall(request: SynthesisRequest): Promise<Uint8Array | undefined> {
    if (!isCached(request)) return undefined;
    const { clock, phrases, onResult } = this.#options;
    const hash = this.#hashOf(request);
    const kept = this.#memory.get(hash);
    if (kept) {
      onResult("memory");
      return kept;
    }
    const stored = await within(clock, READ_LIMIT_MS, () => phrases.get(hash));
    const audio = stored.ok ? stored.value : undefined;
    if (audio) this.#memory.put(hash, audio);
    onResult(audio ? "store" : "miss");
    return audio;
  }

  async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (!isCached(request)) return yield* this.#engine.synthesize(request, signal);
    const hash = this.#hashOf(request);
    // Another call may have had it made since this one looked.
    const kept = this.#memory.get(hash);
    if (kept && !signal.aborted) yield kept;
    else if (!kept) yield* this.#rendering(hash, request).listen(signal);
  }

  /** What is being stored is stored before. */
  async close(): Promise<void> {
    await Promise.all(this.#storing);
    await this.#engine.close();
  }

  #rendering(hash: string, request: SynthesisRequest): SharedRendering {
    const current = this.#renderings.get(hash);
    if (current && !current.ended) return current;
    const rendering = new SharedRendering(
      (signal) => this.#engine.synthesize(request, signal),
      (audio) => {
        if (this.#renderings.get(hash) === rendering) this.#renderings.delete(hash);
        if (audio && audio.length > 0) this.#keep(hash, audio);
      },
    );
    this.#renderings.set(hash, rendering);
    return rendering;
  }

  #keep(hash: string, audio: Uint8Array): void {
    this.#memory.put(hash, audio);
    const { clock, phrases } = this.#options;
    // A phrase that is not stored is made again.
    const storing = within(clock, WRITE_LIMIT_MS, () => phrases.put(hash, audio))
      .then(() => void this.#storing.delete(storing));
    this.#storing.add(storing);
  }

  #hashOf(request: SynthesisRequest): string {
    const { text, voice = "", language, rate = 1 } = request;
    const engine = this.#engine.nameFor(request);
    return ttsHash({ text, voice, language, engine, format: GREETING_FORMAT, rate });
  }
}

function isCached({ text, once = false }: SynthesisRequest): boolean {
  return !once && text.length <= MAX_CACHED_CHARS;
}
