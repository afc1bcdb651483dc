import type { Clock } from "shared/clock/clock.ts";
import { SynthesisError } from "../synthesizer.ts";
import { FliteClient, type FlitePort } from "./flite_client.ts";

/** Sentences that wait, of all calls. A call has one or two at a time, so more means that flite hangs. */
export const MAX_WAITING = 256;
/** 5,000 bytes of the slowest text take 2.3 s. */
const RENDER_LIMIT_MS = 10_000;
const LOAD_LIMIT_MS = 30_000;

export interface FliteQueueOptions {
  readonly module: WebAssembly.Module;
  readonly clock: Clock;
  readonly spawn: () => FlitePort;
  /** Told whenever a Worker failed and was replaced. */
  readonly onReplaced: (cause: unknown) => void;
}

/** What the Worker is asked, and who waits for it. */
interface Job {
  readonly signal: AbortSignal;
  work(client: FliteClient): Promise<void>;
  fail(error: SynthesisError): void;
}

/**
 * The sentences that wait for the one Worker, first come first served, and the Worker itself, replaced when it
 * fails. Owns the Worker from construction to `close`.
 */
export class FliteQueue {
  readonly #options: FliteQueueOptions;
  readonly #jobs: Job[] = [];
  #client: FliteClient;
  #loaded: Promise<void>;
  #serving = false;
  #closed = false;

  constructor(options: FliteQueueOptions) {
    this.#options = options;
    [this.#client, this.#loaded] = this.#startWorker();
  }

  /** Resolves when the Worker has loaded flite and is warm; rejects when it cannot. */
  get ready(): Promise<void> {
    return this.#loaded;
  }

  /**
   * @returns mu-law at 8 kHz, or undefined as soon as `signal` is aborted.
   * @throws {SynthesisError}
   */
  render(text: string, voice: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#ask((client) => client.render(text, voice, RENDER_LIMIT_MS), signal);
  }

  /**
   * When each word of a sentence ends.
   *
   * @returns ms from the first sample; null when that cannot be told; undefined as soon as `signal` is aborted.
   * @throws {SynthesisError}
   */
  time(
    words: readonly string[],
    voice: string,
    signal: AbortSignal,
  ): Promise<readonly number[] | null | undefined> {
    return this.#ask((client) => client.time(words, voice, RENDER_LIMIT_MS), signal);
  }

  /** Ends the Worker; what waits or is being rendered ends with {@link SynthesisError}. */
  close(): void {
    this.#closed = true;
    this.#client.close();
  }

  async #ask<T>(
    ask: (client: FliteClient) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    if (this.#jobs.length >= MAX_WAITING) {
      throw new SynthesisError(
        `Cannot speak: at most ${MAX_WAITING} sentences wait, received one more`,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const job: Job = {
      signal,
      work: async (client) => resolve(await ask(client)),
      fail: reject,
    };
    const drop = () => {
      const at = this.#jobs.indexOf(job);
      if (at >= 0) this.#jobs.splice(at, 1);
      // Nobody wants it any more.
      resolve(undefined);
    };
    signal.addEventListener("abort", drop, { once: true });
    this.#jobs.push(job);
    this.#serve();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", drop);
    }
  }

  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) await this.#serveOne(job);
    this.#serving = false;
  }

  async #serveOne(job: Job): Promise<void> {
    try {
      await this.#loaded;
      if (job.signal.aborted) return;
      await job.work(this.#client);
    } catch (cause) {
      job.fail(new SynthesisError("Cannot speak: flite failed", { cause }));
      if (!this.#closed) this.#replaceWorker(cause);
    }
  }

  #startWorker(): [FliteClient, Promise<void>] {
    const client = new FliteClient(this.#options.spawn(), this.#options.clock);
    const loaded = client.load(this.#options.module, LOAD_LIMIT_MS);
    // Whoever waits for it gets the error; nobody may be waiting yet.
    loaded.catch(() => {});
    return [client, loaded];
  }

  #replaceWorker(cause: unknown): void {
    this.#client.close();
    [this.#client, this.#loaded] = this.#startWorker();
    this.#options.onReplaced(cause);
  }
}
