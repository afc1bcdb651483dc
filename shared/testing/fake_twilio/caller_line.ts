import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";

/** What the caller says next: queued audio frame by frame, else nothing (silence). */
export class CallerLine {
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #taken = 0;

  /** Frames taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Queues mu-law of any length; its last frame is padded with silence.
   *
   * @returns the number `taken` will have when all of it has been taken.
   */
  add(mulaw: Uint8Array): number {
    for (let start = 0; start < mulaw.length; start += FRAME_BYTES) {
      const piece = mulaw.subarray(start, start + FRAME_BYTES);
      this.#queue.push(piece.length === FRAME_BYTES ? piece : padded(piece));
      this.#queued++;
    }
    return this.#queued;
  }

  /** Takes the next frame of 160 bytes, or undefined when the caller is silent. */
  next(): Uint8Array | undefined {
    const frame = this.#queue.shift();
    if (frame) this.#taken++;
    return frame;
  }
}

function padded(piece: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES).fill(MULAW_SILENCE);
  frame.set(piece);
  return frame;
}
