/** Greetings this process has played, by `ttsHash`. What a hash stands for never changes: nothing expires. */

const MAX_BYTES = 16 * 1024 * 1024;

/** Keeps the greetings used last, bounded by the bytes of their audio. */
export class GreetingMemory {
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #audio = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(ttsHash: string): Uint8Array | undefined {
    const audio = this.#audio.get(ttsHash);
    if (audio) {
      this.#audio.delete(ttsHash);
      this.#audio.set(ttsHash, audio);
    }
    return audio;
  }

  put(ttsHash: string, audio: Uint8Array): void {
    if (this.#audio.has(ttsHash) || audio.length > this.#maxBytes) return;
    this.#audio.set(ttsHash, audio);
    this.#bytes += audio.length;
    for (const [oldest, { length }] of this.#audio) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#audio.delete(oldest);
      this.#bytes -= length;
    }
  }
}
