import { FRAME_BYTES, MULAW_SILENCE } from "./frame.ts";

/**
 * Cuts mu-law of any chunk length into frames of 160 bytes.
 *
 * - Nothing is lost, added or reordered; less than a frame waits for the next chunk.
 * - A frame that lies wholly in a chunk is a view of it, not a copy (a chunk of 160 bytes with nothing pending
 *   is returned itself): do not change a chunk once it has been pushed.
 */
export class Framer {
  #partial = new Uint8Array(FRAME_BYTES);
  #pending = 0;

  /** Bytes that wait for the rest of their frame: 0 to 159. */
  get pending(): number {
    return this.#pending;
  }

  /** The frames completed by `chunk`, in order. */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#pending === 0 && chunk.length === FRAME_BYTES) return [chunk];
    const frames: Uint8Array[] = [];
    let at = 0;
    if (this.#pending > 0) {
      at = Math.min(FRAME_BYTES - this.#pending, chunk.length);
      this.#keep(chunk.subarray(0, at));
      if (this.#pending < FRAME_BYTES) return frames;
      frames.push(this.#take());
    }
    for (; at + FRAME_BYTES <= chunk.length; at += FRAME_BYTES) {
      frames.push(chunk.subarray(at, at + FRAME_BYTES));
    }
    this.#keep(chunk.subarray(at));
    return frames;
  }

  /** The last frame, filled up with silence; undefined when nothing is pending. */
  flush(): Uint8Array | undefined {
    if (this.#pending === 0) return undefined;
    this.#partial.fill(MULAW_SILENCE, this.#pending);
    return this.#take();
  }

  /** Forgets what is pending. */
  reset(): void {
    this.#pending = 0;
  }

  #keep(bytes: Uint8Array): void {
    this.#partial.set(bytes, this.#pending);
    this.#pending += bytes.length;
  }

  #take(): Uint8Array {
    const frame = this.#partial;
    this.#partial = new Uint8Array(FRAME_BYTES);
    this.#pending = 0;
    return frame;
  }
}
