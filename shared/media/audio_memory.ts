/** PURE. Audio in memory by the hash of what it says: a hash always stands for the same audio, so nothing expires. */

/** Keeps what was used last, bounded by the bytes of the audio. What goes in or comes out must not be changed. */
export class AudioMemory {
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #audio = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(hash: string): Uint8Array | undefined {
    const audio = this.#audio.get(hash);
    if (audio) {
      this.#audio.delete(hash);
      this.#audio.set(hash, audio);
    }
    return audio;
  }

  put(hash: string, audio: Uint8Array): void {
    if (this.#audio.has(hash) || audio.length > this.#maxBytes) return;
    this.#audio.set(hash, audio);
    this.#bytes += audio.length;
    for (const [oldest, { length }] of this.#audio) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#audio.delete(oldest);
      this.#bytes -= length;
    }
  }
}
