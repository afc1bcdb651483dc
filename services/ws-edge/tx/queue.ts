import type { AudioMessage } from "shared/bus/audio_codec.ts";
import type { TxRequest } from "shared/bus/messages.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { MediaQueue } from "shared/media/media_queue.ts";

/** One frame on its way to the caller. */
export interface TxFrame {
  readonly seq: number;
  readonly utterance: number;
  /** 160 bytes of mu-law. */
  readonly payload: Uint8Array;
}

/** What waits in line with the frames. A clear never does. */
export type QueuedRequest = Exclude<TxRequest, { kind: "clear" }>;

interface QueuedControl {
  readonly afterSeq: number;
  readonly request: QueuedRequest;
}

export interface TxQueueCounts {
  /** Media evicted because the queue was full. */
  dropped(frames: number): void;
  /** Media that never arrived. */
  lost(frames: number): void;
}

/** Above this share of the capacity the producer is told to pause, below the other to go on. */
const PAUSE_ABOVE = 0.9;
const RESUME_BELOW = 0.5;

/**
 * The edge's queue to the caller.
 *
 * - Media: `capacity` frames, the oldest evicted. Control: never dropped, keeps its place among the media.
 * - Frames of a cleared utterance do not enter, and a frame that came before does not enter again.
 * - Tells the position up to which nothing waits any more, lost frames included: the base of the credit.
 */
export class TxQueue {
  readonly #entries: MediaQueue<TxFrame, QueuedControl>;
  readonly #counts: TxQueueCounts;
  #knownSeq = -1;
  #lastUtterance = 0;
  #clearedThrough = 0;
  #paused = false;

  constructor(capacity: number, counts: TxQueueCounts) {
    this.#entries = new MediaQueue(capacity);
    this.#counts = counts;
  }

  get frames(): number {
    return this.#entries.mediaLength;
  }

  get clearedThrough(): number {
    return this.#clearedThrough;
  }

  /** The last frame that no longer waits here: sent, dropped, cleared or lost; -1 = none. */
  get consumedSeq(): number {
    return this.#entries.headSeq === undefined ? this.#knownSeq : this.#entries.headSeq - 1;
  }

  /** The highest frame known from arrival or `sync`. */
  get knownSeq(): number {
    return this.#knownSeq;
  }

  /** The highest utterance that has begun, waits, was sent or was cleared; 0 = none. */
  get lastUtterance(): number {
    return this.#lastUtterance;
  }

  /** Whether the producer should pause, with hysteresis. */
  get paused(): boolean {
    const filled = this.frames / this.#entries.mediaCapacity;
    if (filled >= PAUSE_ABOVE) this.#paused = true;
    else if (filled < RESUME_BELOW) this.#paused = false;
    return this.#paused;
  }

  /** Takes the frames of one audio message. */
  receive(message: AudioMessage): void {
    this.#lastUtterance = Math.max(this.#lastUtterance, message.utterance);
    const count = message.payload.length / FRAME_BYTES;
    for (let i = 0; i < count; i++) {
      const seq = message.seq + i;
      if (seq <= this.#knownSeq) continue;
      if (seq > this.#knownSeq + 1) this.#counts.lost(seq - this.#knownSeq - 1);
      this.#knownSeq = seq;
      if (message.utterance <= this.#clearedThrough) continue;
      const payload = message.payload.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES);
      const evicted = this.#entries.push({ seq, utterance: message.utterance, payload });
      if (evicted) this.#counts.dropped(1);
    }
  }

  /** The producer has sent frames up to `seq`; what has not arrived is lost. */
  sync(seq: number): void {
    if (seq <= this.#knownSeq) return;
    this.#counts.lost(seq - this.#knownSeq);
    this.#knownSeq = seq;
  }

  /** Puts a request in its place; "cleared" when its utterance was silenced, "flood" beyond the bound. */
  request(request: QueuedRequest): "queued" | "cleared" | "flood" {
    if (isOfUtterance(request)) {
      this.#lastUtterance = Math.max(this.#lastUtterance, request.utterance);
      if (request.utterance <= this.#clearedThrough) return "cleared";
    }
    return this.#entries.pushControl({ afterSeq: request.after_seq, request }) ? "queued" : "flood";
  }

  /** The request that is next in order, if it is not a frame's turn. */
  peekRequest(): QueuedRequest | undefined {
    return this.#entries.peekControl()?.request;
  }

  shiftRequest(): void {
    this.#entries.shiftControl();
  }

  /** The frame that is next in order, if it is not a request's turn. */
  peekFrame(): TxFrame | undefined {
    return this.#entries.peekMedia();
  }

  shiftFrame(): void {
    this.#entries.shiftMedia();
  }

  /** Silences every utterance up to `through`; returns the requests that go with them. */
  clear(through: number): QueuedRequest[] {
    this.#clearedThrough = Math.max(this.#clearedThrough, through);
    this.#lastUtterance = Math.max(this.#lastUtterance, through);
    this.#entries.removeMedia((frame) => frame.utterance <= through);
    return this.#entries
      .removeControl(({ request }) => isOfUtterance(request) && request.utterance <= through)
      .map(({ request }) => request);
  }

  /** The producer is gone: nothing of it stays. */
  dismiss(): void {
    this.#entries.removeMedia(() => true);
    this.#entries.removeControl(() => true);
  }
}

function isOfUtterance(
  request: QueuedRequest,
): request is Extract<QueuedRequest, { utterance: number }> {
  return "utterance" in request;
}
