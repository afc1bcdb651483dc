import type { NextSpeech } from "./speech_source.ts";

/** Where an utterance's frames come from: `SpeechSource`, `CannedSpeech`. */
export interface FrameSource {
  /** The next frame, as soon as there is one; done at once when its signal is aborted. */
  next(): Promise<NextSpeech>;
}

/**
 * Frames of one message: the edge's lead, which an utterance begins with; later, with credit after every 2 frames,
 * there is rarely more to send at once.
 */
export const MAX_FRAMES_PER_MESSAGE = 3;

/** Pulls an utterance's frames, never more than fit into the next message, so that the pull stays the brake. */
export class MessageAssembly {
  readonly #signal: AbortSignal;
  readonly #onChange: () => void;
  readonly #ready: Uint8Array[] = [];
  #makeRoom: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;

  constructor(source: FrameSource, signal: AbortSignal, onChange: () => void) {
    this.#signal = signal;
    this.#onChange = onChange;
    this.#pull(source);
  }

  get ready(): number {
    return this.#ready.length;
  }

  /** Whether what is ready fills a message, or is the last. */
  get isFilled(): boolean {
    return this.#ended || this.#ready.length >= MAX_FRAMES_PER_MESSAGE;
  }

  /** Nothing is ready, and nothing will be. */
  get ended(): boolean {
    return this.#ended && this.#ready.length === 0;
  }

  /** Why the frames broke off, if they did. */
  get error(): Error | undefined {
    return this.#error;
  }

  take(count: number): Uint8Array[] {
    const taken = this.#ready.splice(0, count);
    this.#makeRoom?.();
    return taken;
  }

  async #pull(source: FrameSource): Promise<void> {
    while (!this.#signal.aborted) {
      const next = await source.next();
      if (next.done) {
        this.#error = next.error;
        break;
      }
      this.#ready.push(next.frame);
      this.#onChange();
      if (this.#ready.length >= MAX_FRAMES_PER_MESSAGE) await this.#room();
    }
    this.#ended = true;
    this.#onChange();
  }

  #room(): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#signal.removeEventListener("abort", done);
        this.#makeRoom = undefined;
        resolve();
      };
      this.#makeRoom = done;
      this.#signal.addEventListener("abort", done, { once: true });
    });
  }
}
