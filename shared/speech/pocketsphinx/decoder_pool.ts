import type { Clock } from "shared/clock/clock.ts";
import { DecoderClient, type DecoderUser, type PhraseSet } from "./decoder_client.ts";
import type { DecoderPort } from "./decoder_protocol.ts";
import type { ModelPaths } from "./library.ts";

/** Between the failure of a decoder and the next attempt in its place. */
const REPLACE_DELAY_MS = 500;

export interface DecoderPoolOptions {
  readonly clock: Clock;
  readonly model: ModelPaths;
  readonly size: number;
  /** Makes a Worker that speaks `decoder_protocol.ts`. */
  readonly spawn: () => DecoderPort;
  /** Told whenever a decoder failed and is replaced. */
  readonly onReplaced: (cause: Error) => void;
}

/** Someone who wants a decoder for one utterance. */
export interface Applicant extends DecoderUser {
  readonly grammar: PhraseSet;
  /** The decoder is the applicant's until released. Never called from inside `request`. */
  onGranted(decoder: DecoderClient): void;
}

/**
 * A fixed number of decoders, lent for one utterance at a time, first come, first served.
 *
 * - Each lives in its own Worker: while one is slow the others go on.
 * - One that has the applicant's grammar already is preferred.
 * - One that fails is replaced; its user is told.
 */
export class DecoderPool {
  readonly #options: DecoderPoolOptions;
  readonly #free: DecoderClient[] = [];
  readonly #all = new Set<DecoderClient>();
  readonly #waiting: Applicant[] = [];
  readonly #closing = new AbortController();

  constructor(options: DecoderPoolOptions) {
    this.#options = options;
  }

  /** Opens all decoders. @throws {Error} when one does not open. */
  async open(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.size }, () => this.#add()));
  }

  /** A decoder if one is free and nobody waits; otherwise the applicant stands in line for `onGranted`. */
  request(applicant: Applicant): DecoderClient | undefined {
    const decoder = this.#waiting.length === 0 ? this.#take(applicant) : undefined;
    if (!decoder) this.#waiting.push(applicant);
    return decoder;
  }

  /** Leaves the line. */
  withdraw(applicant: Applicant): void {
    const place = this.#waiting.indexOf(applicant);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** Gives a decoder back, its utterance ended or abandoned. */
  release(decoder: DecoderClient): void {
    decoder.user = undefined;
    if (!this.#all.has(decoder)) return;
    this.#free.push(decoder);
    // Not at once: this may run inside another call's `write`.
    if (this.#waiting.length > 0) queueMicrotask(() => this.#grant());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const decoders = [...this.#all];
    this.#all.clear();
    this.#free.length = this.#waiting.length = 0;
    await Promise.all(decoders.map((decoder) => decoder.close()));
  }

  async #add(): Promise<void> {
    const { spawn, clock, model } = this.#options;
    const decoder: DecoderClient = new DecoderClient(
      spawn(),
      clock,
      (cause) => this.#onFailure(decoder, cause),
    );
    this.#all.add(decoder);
    await decoder.open(model);
    if (!this.#all.has(decoder)) return;
    this.#free.push(decoder);
    this.#grant();
  }

  #onFailure(failed: DecoderClient, cause: Error): void {
    if (!this.#all.delete(failed)) return;
    const place = this.#free.indexOf(failed);
    if (place >= 0) this.#free.splice(place, 1);
    if (failed.isOpen) this.#replace(cause);
  }

  async #replace(cause: Error): Promise<void> {
    const { clock, onReplaced } = this.#options;
    onReplaced(cause);
    while (await clock.sleepUntil(clock.now() + REPLACE_DELAY_MS, this.#closing.signal)) {
      try {
        return await this.#add();
      } catch (error) {
        onReplaced(error as Error);
      }
    }
  }

  #grant(): void {
    while (this.#waiting.length > 0) {
      const decoder = this.#take(this.#waiting[0]!);
      if (!decoder) return;
      this.#waiting.shift()!.onGranted(decoder);
    }
  }

  #take(applicant: Applicant): DecoderClient | undefined {
    const { key } = applicant.grammar;
    const suited = this.#free.findIndex(({ grammarKey }) => grammarKey === key);
    const [decoder] = this.#free.splice(Math.max(0, suited), 1);
    if (decoder) decoder.user = applicant;
    return decoder;
  }
}
