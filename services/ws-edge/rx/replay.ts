import type { Ack } from "shared/bus/messages.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { RxFrame } from "./reader.ts";
import type { ReplayRing } from "./replay_ring.ts";

/** How far the edge may be ahead of what the recognizer has written: its inbox holds 200. */
const WINDOW_FRAMES = 150;
const MESSAGE_FRAMES = 10;
/** Acks, 200 ms apart, without anything to send: a recognizer leaves an edge that says nothing for 10 s. */
const QUIET_ACKS = 5;

export interface ReplayOptions {
  readonly ring: ReplayRing;
  /** The first frame that is due. */
  readonly fromSeq: number;
  /** Publishes frames that follow each other; false while the bus is away. */
  readonly publish: (frames: readonly RxFrame[]) => boolean;
  /** Frames that were due are overwritten, the last of them `throughSeq`. Told once of each. */
  readonly overwritten: (frames: number, throughSeq: number) => void;
}

/**
 * One recognizer's replay: what is due of the ring, no faster than its acks allow. Live frames wait behind in the
 * ring, as does everything while the bus is away. Done once the recognizer has written all that waited for it.
 */
export class Replay {
  readonly #options: ReplayOptions;
  /** What waited when the recognizer took the call. */
  readonly #throughSeq: number;
  #nextSeq: number;
  #publishedSeq: number;
  #writtenSeq: number;
  /** The window counts from behind it: the last frame written, or gone while nothing was under way. */
  #baseSeq: number;
  #goneSeq: number;
  #lastFrame: RxFrame | undefined;
  #quietAcks = 0;
  /** The recognizer had nothing to write at its last ack. */
  #wasIdle = false;

  constructor(options: ReplayOptions) {
    const { ring, fromSeq } = options;
    this.#options = options;
    this.#throughSeq = ring.newestSeq;
    this.#nextSeq = Math.min(fromSeq, ring.newestSeq + 1);
    this.#publishedSeq = this.#nextSeq - 1;
    this.#writtenSeq = this.#baseSeq = this.#goneSeq = this.#publishedSeq;
  }

  /** Frames that are due and not published. */
  get q(): number {
    return this.#options.ring.newestSeq - this.#nextSeq + 1;
  }

  get isDone(): boolean {
    return this.q === 0 && this.#writtenSeq >= this.#throughSeq;
  }

  /** Publishes what may go now. To be called whenever a frame has come. */
  pump(): void {
    this.#skipOverwritten();
    for (let frames = this.#nextFrames(); frames.length > 0; frames = this.#nextFrames()) {
      if (!this.#options.publish(frames)) return;
      this.#nextSeq += frames.length;
      this.#publishedSeq = this.#nextSeq - 1;
      this.#lastFrame = frames.at(-1);
      this.#quietAcks = 0;
    }
  }

  /** How far the recognizer has come: more may go. */
  acked({ written_seq, q }: Ack): void {
    const before = this.#writtenSeq;
    this.#writtenSeq = Math.max(before, Math.min(written_seq, this.#publishedSeq));
    const isIdle = q === 0;
    if (isIdle && this.#wasIdle && this.#writtenSeq === before) this.#takeForLost();
    this.#wasIdle = isIdle;
    this.#baseSeq = Math.max(this.#baseSeq, this.#writtenSeq);
    this.#moveBase();
    this.pump();
    if (++this.#quietAcks > QUIET_ACKS) this.#showLife();
  }

  /** The recognizer has this frame already: it only learns that the edge is there. */
  #showLife(): void {
    this.#quietAcks = 0;
    if (this.#lastFrame) this.#options.publish([this.#lastFrame]);
  }

  /** Nothing may hang because a message is missing: what is not written goes out again. */
  #takeForLost(): void {
    if (this.#writtenSeq === this.#publishedSeq) return;
    this.#publishedSeq = this.#writtenSeq;
    this.#nextSeq = this.#writtenSeq + 1;
  }

  #skipOverwritten(): void {
    const { ring, overwritten } = this.#options;
    const { oldestSeq } = ring;
    if (this.#nextSeq >= oldestSeq) return;
    const frames = oldestSeq - 1 - Math.max(this.#nextSeq - 1, this.#goneSeq);
    this.#nextSeq = oldestSeq;
    this.#moveBase();
    if (frames <= 0) return;
    this.#goneSeq = oldestSeq - 1;
    overwritten(frames, this.#goneSeq);
  }

  /** With nothing under way the whole window is free. */
  #moveBase(): void {
    if (this.#writtenSeq === this.#publishedSeq) this.#baseSeq = this.#nextSeq - 1;
  }

  /** The next message: what it says of its first frame is true of all. */
  #nextFrames(): RxFrame[] {
    const { ring } = this.#options;
    const frames: RxFrame[] = [];
    const limit = Math.min(this.#nextSeq + MESSAGE_FRAMES - 1, this.#baseSeq + WINDOW_FRAMES);
    for (let seq = this.#nextSeq; seq <= limit; seq++) {
      const frame = ring.at(seq);
      const previous = frames.at(-1);
      if (!frame || (previous && !belong(previous, frame))) break;
      frames.push(frame);
    }
    return frames;
  }
}

/** Whether a message may hold both: its header has one stream time and one loudness. */
function belong(frame: RxFrame, next: RxFrame): boolean {
  return next.streamMs === frame.streamMs + FRAME_MS && next.loudness === frame.loudness;
}
