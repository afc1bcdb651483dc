import { encodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import type { Ack } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import type { RxFrame } from "./reader.ts";
import { Replay } from "./replay.ts";
import type { ReplayRing } from "./replay_ring.ts";

export interface PublisherCounts {
  /** Frames evicted from the queue before anybody took the call, or from the ring before their replay. */
  dropped(frames: number): void;
  /** Frames that could not be published: the bus is away. */
  unsent(frames: number): void;
}

export interface PublisherOptions {
  readonly bus: Bus;
  readonly call: string;
  readonly queueFrames: number;
  /** Holds each frame by the time it is pushed here. */
  readonly ring: ReplayRing;
  readonly counts: PublisherCounts;
}

/**
 * The edge's queue from the caller, and its way out.
 *
 * - Before a recognizer has taken the call every frame waits here, the oldest dropped when full.
 * - Afterwards every frame is published on arrival, so nothing waits.
 * - A successor gets what its predecessor has left uncovered from the ring, and live frames behind it.
 */
export class RxPublisher {
  readonly #options: PublisherOptions;
  readonly #subject: string;
  readonly #queue: BoundedQueue<RxFrame>;
  #epoch: number | undefined;
  #replay: Replay | undefined;
  /** Counted as dropped up to here: no replay goes back behind it. */
  #goneSeq = -1;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#subject = callSubject(options.call, "rx.audio");
    this.#queue = new BoundedQueue(options.queueFrames);
  }

  /** Frames waiting, here or in the ring. */
  get q(): number {
    return this.#replay?.q ?? this.#queue.length;
  }

  push(frame: RxFrame): void {
    if (this.#replay) this.#goOn(this.#replay);
    else if (this.#epoch !== undefined) this.#publishLive(frame, this.#epoch);
    else if (this.#queue.push(frame)) this.#options.counts.dropped(1);
  }

  /** A recognizer with this epoch has taken the call; what came after `coveredSeq` is for a successor to hear. */
  assign(epoch: number, coveredSeq: number): void {
    const isFirst = this.#epoch === undefined;
    this.#epoch = epoch;
    if (!isFirst) return this.#beginReplay(epoch, coveredSeq);
    for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) {
      this.#publishLive(frame, epoch);
    }
  }

  /** The recognizer of the present epoch tells how far it has come. */
  acked(ack: Ack): void {
    this.#replay?.acked(ack);
    this.#leaveReplayIfDone();
  }

  #beginReplay(epoch: number, coveredSeq: number): void {
    const { ring, counts } = this.#options;
    this.#replay = new Replay({
      ring,
      fromSeq: Math.max(coveredSeq, this.#goneSeq) + 1,
      publish: (frames) => this.#publish(frames[0]!, payloadOf(frames), epoch),
      overwritten: (frames, throughSeq) => {
        this.#goneSeq = throughSeq;
        counts.dropped(frames);
      },
    });
    this.#goOn(this.#replay);
  }

  #goOn(replay: Replay): void {
    replay.pump();
    this.#leaveReplayIfDone();
  }

  #leaveReplayIfDone(): void {
    if (this.#replay?.isDone) this.#replay = undefined;
  }

  #publishLive(frame: RxFrame, epoch: number): void {
    if (!this.#publish(frame, frame.payload, epoch)) this.#options.counts.unsent(1);
  }

  #publish({ seq, streamMs, loudness }: RxFrame, payload: Uint8Array, epoch: number): boolean {
    const message = { kind: "rx", epoch, utterance: 0, seq, streamMs, loudness, payload } as const;
    return this.#options.bus.publish(this.#subject, encodeAudio(message));
  }
}

function payloadOf(frames: readonly RxFrame[]): Uint8Array {
  if (frames.length === 1) return frames[0]!.payload;
  const payload = new Uint8Array(frames.length * FRAME_BYTES);
  frames.forEach((frame, i) => payload.set(frame.payload, i * FRAME_BYTES));
  return payload;
}
