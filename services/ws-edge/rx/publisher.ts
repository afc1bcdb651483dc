import { encodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import type { RxFrame } from "./reader.ts";

export interface PublisherCounts {
  /** Frames evicted from the queue before anybody took the call. */
  dropped(frames: number): void;
  /** Frames that could not be published: the bus is away. */
  unsent(frames: number): void;
}

/**
 * The edge's queue from the caller, and its way out.
 *
 * - Before a recognizer has taken the call every frame waits here, the oldest dropped when full.
 * - Afterwards every frame is published on arrival, so nothing waits.
 */
export class RxPublisher {
  readonly #bus: Bus;
  readonly #subject: string;
  readonly #queue: BoundedQueue<RxFrame>;
  readonly #counts: PublisherCounts;
  #epoch: number | undefined;

  constructor(bus: Bus, call: string, capacity: number, counts: PublisherCounts) {
    this.#bus = bus;
    this.#subject = callSubject(call, "rx.audio");
    this.#queue = new BoundedQueue(capacity);
    this.#counts = counts;
  }

  /** Frames waiting. */
  get q(): number {
    return this.#queue.length;
  }

  push(frame: RxFrame): void {
    if (this.#epoch !== undefined) this.#publish(frame, this.#epoch);
    else if (this.#queue.push(frame)) this.#counts.dropped(1);
  }

  /** A recognizer with this epoch has taken the call: what waits goes out, in order. */
  assign(epoch: number): void {
    this.#epoch = epoch;
    for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) {
      this.#publish(frame, epoch);
    }
  }

  #publish(frame: RxFrame, epoch: number): void {
    const sent = this.#bus.publish(
      this.#subject,
      encodeAudio({
        kind: "rx",
        epoch,
        utterance: 0,
        seq: frame.seq,
        streamMs: frame.streamMs,
        payload: frame.payload,
      }),
    );
    if (!sent) this.#counts.unsent(1);
  }
}
