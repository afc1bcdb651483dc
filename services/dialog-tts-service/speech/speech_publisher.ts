import { encodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import type { Credit, TxControl } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { CreditWindow, type CreditWindowOptions } from "./credit_window.ts";
import { type FrameSource, MessageAssembly } from "./message_assembly.ts";

/** A producer without progress for so long asks the edge for credit. */
const SYNC_AFTER_MS = 200;

export interface SpeechPublisherOptions extends CreditWindowOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly call: string;
  /** The last event of the caller's side that arrived without a gap; asked for what is behind it. */
  readonly lastEvent: () => number | undefined;
}

export type Publication =
  | { readonly kind: "complete" }
  | { readonly kind: "aborted" }
  /** The rest of its text could not be made. */
  | { readonly kind: "broken_off"; readonly error: unknown };

/**
 * Publishes one call's frames, numbered over all utterances, as far as the edge's credit goes.
 *
 * - Wakes on frames, on credit and, without progress for 200 ms, to publish `sync`. It never polls.
 * - While the bus is away it keeps its frames: nothing of a sentence is lost.
 * - While anything it sent may still wait at the edge it stays watchful, so a lost frame holds nothing up.
 */
export class SpeechPublisher {
  readonly #options: SpeechPublisherOptions;
  readonly #window: CreditWindow;
  readonly #stop = new AbortController();
  #nextSeq: number;
  #wake: (() => void) | undefined;
  #blocked = false;
  #watching = false;
  #progressMs: number;

  constructor(options: SpeechPublisherOptions) {
    this.#options = options;
    this.#window = new CreditWindow(options);
    this.#nextSeq = options.nextSeq;
    this.#progressMs = options.clock.now();
  }

  /** The last frame published; -1 = none. */
  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** The last frame that no longer waits at the edge. */
  get consumedSeq(): number {
    return this.#window.consumedSeq;
  }

  /** @returns false for credit that is not ours or not up to date. */
  credit(credit: Credit): boolean {
    const result = this.#window.take(credit);
    if (result === "progress") {
      this.#progressMs = this.#options.clock.now();
      this.#wake?.();
    }
    return result !== "ignored";
  }

  /**
   * Publishes one utterance; `onFirst` is called right before its first frame goes out. One at a time: abort the
   * last before the next.
   */
  async publish(
    utterance: number,
    source: FrameSource,
    signal: AbortSignal,
    onFirst: () => void,
  ): Promise<Publication> {
    const ending = AbortSignal.any([signal, this.#stop.signal]);
    const assembly = new MessageAssembly(source, ending, () => this.#wake?.());
    const firstSeq = this.#nextSeq;
    while (!ending.aborted && !assembly.ended) {
      const count = Math.min(assembly.ready, this.#window.allowance(this.#nextSeq));
      const isFirst = this.#nextSeq === firstSeq;
      // An utterance that began with a single frame would have a hole behind it at the first stall.
      const mayGo = !isFirst || assembly.isFilled;
      if (count > 0 && mayGo && this.#options.bus.connected) {
        if (isFirst) onFirst();
        if (ending.aborted) break;
        this.#send(utterance, assembly.take(count));
      } else {
        this.#blocked = assembly.ready > 0 && mayGo;
        await this.#woken(ending);
        this.#blocked = false;
      }
    }
    if (ending.aborted) return { kind: "aborted" };
    return assembly.error ? { kind: "broken_off", error: assembly.error } : { kind: "complete" };
  }

  /** Asks the edge for credit and for events missed. */
  sync(): void {
    const { bus, call, epoch } = this.#options;
    const event = this.#options.lastEvent();
    const sync: TxControl = {
      kind: "sync",
      epoch,
      seq: this.lastSeq,
      ...(event !== undefined && { event }),
    };
    bus.publish(callSubject(call, "tx.control"), encodeJson(sync));
  }

  /** Ends everything; what is being published ends as aborted. */
  stop(): void {
    this.#stop.abort();
  }

  #send(utterance: number, frames: Uint8Array[]): void {
    const { bus, call, epoch, clock } = this.#options;
    const payload = new Uint8Array(frames.length * FRAME_BYTES);
    frames.forEach((frame, i) => payload.set(frame, i * FRAME_BYTES));
    const seq = this.#nextSeq;
    if (this.lastSeq <= this.#window.consumedSeq) this.#progressMs = clock.now();
    bus.publish(
      callSubject(call, "tx.audio"),
      encodeAudio({ kind: "tx", epoch, utterance, seq, streamMs: 0, payload }),
    );
    this.#nextSeq += frames.length;
    this.#watch();
  }

  #woken(signal: AbortSignal): Promise<void> {
    this.#watch();
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener("abort", wake);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  get #watchful(): boolean {
    return this.#blocked || this.lastSeq > this.#window.consumedSeq;
  }

  async #watch(): Promise<void> {
    if (this.#watching || !this.#watchful) return;
    this.#watching = true;
    const { clock } = this.#options;
    this.#progressMs = Math.max(this.#progressMs, clock.now() - SYNC_AFTER_MS);
    while (this.#watchful) {
      if (!await clock.sleepUntil(this.#progressMs + SYNC_AFTER_MS, this.#stop.signal)) return;
      if (clock.now() < this.#progressMs + SYNC_AFTER_MS || !this.#watchful) continue;
      this.#progressMs = clock.now();
      this.sync();
      this.#wake?.();
    }
    this.#watching = false;
  }
}
