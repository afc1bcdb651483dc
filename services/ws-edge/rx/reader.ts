import { bytesToMs, FRAME_MS } from "shared/media/frame.ts";
import { Framer } from "shared/media/framer.ts";

/** One frame of the caller. */
export interface RxFrame {
  /** Counted from 0 over the call. */
  readonly seq: number;
  /** Twilio's stream time of its first sample. */
  readonly streamMs: number;
  /** Our clock when its last byte arrived. */
  readonly receivedMs: number;
  /** How loud Kav was to the caller then, 0 to 15: what of the frame may be its echo. */
  readonly loudness: number;
  /** 160 bytes of mu-law. */
  readonly payload: Uint8Array;
}

export interface ReaderCounts {
  /** Sequence numbers of Twilio's messages that never came. */
  sequenceGap(missing: number): void;
  /** The stream time went another way than the audio. */
  timestampJump(byMs: number): void;
}

/** Stream times are whole milliseconds: less than a frame is rounding, not a jump. */
const JUMP_MS = FRAME_MS;

/**
 * Makes frames of 20 ms out of media messages of any length.
 *
 * - The stream time of a frame follows Twilio's `timestamp`; a jump is followed, not filled.
 * - Missing sequence numbers are counted; what came is used.
 */
export class RxReader {
  readonly #framer = new Framer();
  readonly #counts: ReaderCounts;
  #nextSeq = 0;
  #lastSequenceNumber: number;
  /** Stream time of the first byte that waits in the framer. */
  #streamMs = 0;

  /** @param startSequenceNumber the `sequenceNumber` of `start` */
  constructor(startSequenceNumber: number, counts: ReaderCounts) {
    this.#lastSequenceNumber = startSequenceNumber;
    this.#counts = counts;
  }

  /** The stream time of the next frame. */
  get streamMs(): number {
    return this.#streamMs;
  }

  get framesRead(): number {
    return this.#nextSeq;
  }

  /** Any message after `start` has a sequence number. */
  sequence(sequenceNumber: number): void {
    const missing = sequenceNumber - this.#lastSequenceNumber - 1;
    if (missing > 0) this.#counts.sequenceGap(missing);
    if (missing >= 0) this.#lastSequenceNumber = sequenceNumber;
  }

  /** Takes the payload of one media message; calls `emit` for every whole frame. `loudness`: Kav's own, now. */
  read(
    payload: Uint8Array,
    timestampMs: number,
    nowMs: number,
    loudness: number,
    emit: (frame: RxFrame) => void,
  ): void {
    const firstByteMs = Math.max(0, timestampMs - bytesToMs(this.#framer.pending));
    const jumpMs = firstByteMs - this.#streamMs;
    if (Math.abs(jumpMs) >= JUMP_MS && this.#nextSeq > 0) this.#counts.timestampJump(jumpMs);
    this.#streamMs = firstByteMs;
    for (const frame of this.#framer.push(payload)) {
      emit({
        seq: this.#nextSeq++,
        streamMs: Math.round(this.#streamMs),
        receivedMs: nowMs,
        loudness,
        payload: frame,
      });
      this.#streamMs += FRAME_MS;
    }
  }
}
