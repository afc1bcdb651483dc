/** One sentence being made, for as many calls as want it meanwhile. */
import { joinBytes } from "shared/media/join_bytes.ts";
import { SynthesisError } from "shared/speech/synthesizer.ts";

/** Over four minutes: no sentence of 500 characters lasts as long, however slowly it is spoken. */
const MAX_BYTES = 2_000_000;

/**
 * Pulls the engine from the first listener on, as fast as it makes; each listener hears everything from the beginning, at
 * its own pace. When the last one leaves, it is aborted.
 */
export class SharedRendering {
  readonly #start: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** Called once, with the whole audio; with undefined when it failed or was aborted. */
  readonly #onEnded: (audio: Uint8Array | undefined) => void;
  readonly #abort = new AbortController();
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #listeners = 0;
  #running: Promise<void> | undefined;
  #state: "making" | "made" | "failed" = "making";
  #failure: unknown;
  /** Resolved whenever there is more to hear, or an end. */
  #news = Promise.withResolvers<void>();

  constructor(
    start: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
    onEnded: (audio: Uint8Array | undefined) => void,
  ) {
    this.#start = start;
    this.#onEnded = onEnded;
  }

  /** Nobody may join any more. */
  get ended(): boolean {
    return this.#abort.signal.aborted || this.#state !== "making";
  }

  /** @throws what the engine throws; never after `signal` was aborted (then it just ends). */
  async *listen(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (signal.aborted) return;
    const left = Promise.withResolvers<void>();
    const onAbort = () => left.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    this.#listeners++;
    this.#running ??= this.#run();
    try {
      for (let next = 0; !signal.aborted;) {
        const piece = this.#pieces[next];
        if (piece) {
          next++;
          yield piece;
        } else if (this.#state === "making") {
          await Promise.race([this.#news.promise, left.promise]);
        } else if (this.#state === "failed") throw this.#failure;
        else return;
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      if (--this.#listeners === 0 && this.#state === "making") this.#leave();
    }
  }

  #leave(): void {
    this.#abort.abort();
    this.#onEnded(undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    try {
      for await (const piece of this.#start(signal)) {
        if (signal.aborted) return;
        this.#bytes += piece.length;
        if (this.#bytes > MAX_BYTES) {
          throw new SynthesisError(`Cannot speak: at most ${MAX_BYTES} bytes, received more`);
        }
        this.#pieces.push(piece);
        this.#tell();
      }
      this.#state = "made";
    } catch (error) {
      this.#failure = error;
      this.#state = "failed";
    }
    if (signal.aborted) return;
    this.#onEnded(this.#state === "made" ? joinBytes(this.#pieces) : undefined);
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
