import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FramePosition } from "./recognizer.ts";

/** 30 s: nobody speaks longer without a pause at which an engine finals. */
export const UNCOVERED_FRAMES = 1_500;

/** A frame as it was written: 160 bytes of mu-law, not copied. */
export interface WrittenFrame {
  readonly frame: Uint8Array;
  readonly at: FramePosition;
}

/**
 * A call's frames that are under no final yet, oldest first: what another stream, or another engine, must hear again.
 * Frames are counted from the call's first, 0. When full the oldest goes. `push` does not allocate. PURE.
 */
export class UncoveredAudio {
  readonly #frames: (Uint8Array | undefined)[];
  readonly #seqs: Float64Array;
  readonly #streamMs: Float64Array;
  #firstIndex = 0;
  #nextIndex = 0;

  /** @throws {RangeError} when `capacity` is not a positive integer. */
  constructor(capacity = UNCOVERED_FRAMES) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot keep audio: the capacity is a positive integer, received ${capacity}`,
      );
    }
    this.#frames = new Array<Uint8Array | undefined>(capacity).fill(undefined);
    this.#seqs = new Float64Array(capacity);
    this.#streamMs = new Float64Array(capacity);
  }

  get length(): number {
    return this.#nextIndex - this.#firstIndex;
  }

  /** The oldest frame that is kept, or the next one to come. */
  get firstIndex(): number {
    return this.#firstIndex;
  }

  /** The index that the next frame will have. */
  get nextIndex(): number {
    return this.#nextIndex;
  }

  push(frame: Uint8Array, at: FramePosition): void {
    if (this.length === this.#frames.length) this.#drop();
    const slot = this.#slot(this.#nextIndex++);
    this.#frames[slot] = frame;
    this.#seqs[slot] = at.seq;
    this.#streamMs[slot] = at.streamMs;
  }

  /** The frame with this index; undefined when it is covered, dropped, or not written yet. */
  at(index: number): WrittenFrame | undefined {
    const at = this.position(index);
    return at && { frame: this.#frames[this.#slot(index)]!, at };
  }

  /** Where the frame with this index stands; undefined as with `at`. */
  position(index: number): FramePosition | undefined {
    if (!this.#has(index)) return undefined;
    const slot = this.#slot(index);
    return { seq: this.#seqs[slot]!, streamMs: this.#streamMs[slot]! };
  }

  /** The newest frame that is not behind `seq`; `firstIndex - 1` when there is none. */
  indexUpTo(seq: number): number {
    let index = this.#nextIndex - 1;
    while (index >= this.#firstIndex && this.#seqs[this.#slot(index)]! > seq) index--;
    return index;
  }

  /** The bytes of the frames from `fromIndex` up to, not including, `toIndex`; what is not kept is left out. */
  copy(fromIndex: number, toIndex: number): Uint8Array<ArrayBuffer> {
    const from = Math.max(fromIndex, this.#firstIndex);
    const to = Math.max(from, Math.min(toIndex, this.#nextIndex));
    const bytes = new Uint8Array((to - from) * FRAME_BYTES);
    for (let index = from; index < to; index++) {
      bytes.set(this.#frames[this.#slot(index)]!, (index - from) * FRAME_BYTES);
    }
    return bytes;
  }

  /** Forgets everything up to and including `seq`. */
  cover(seq: number): void {
    while (this.length > 0 && this.#seqs[this.#slot(this.#firstIndex)]! <= seq) this.#drop();
  }

  /** Forgets all but the newest `frames`. */
  keep(frames: number): void {
    while (this.length > frames) this.#drop();
  }

  #has(index: number): boolean {
    return index >= this.#firstIndex && index < this.#nextIndex;
  }

  #slot(index: number): number {
    return index % this.#frames.length;
  }

  #drop(): void {
    this.#frames[this.#slot(this.#firstIndex++)] = undefined;
  }
}
