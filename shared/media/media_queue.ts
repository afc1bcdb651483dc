import { BoundedQueue } from "./bounded_queue.ts";

/** What stands in a media queue has a position: its sequence number, or the one it follows. */
export interface Media {
  readonly seq: number;
}

export interface Control {
  /** The media it follows; -1 = it stands before all media. */
  readonly afterSeq: number;
}

/** Control beyond this bound means that a producer has gone wild. */
export const MAX_CONTROL = 256;

/**
 * Media and control of one call, in the order of their positions.
 *
 * - Full of media: the oldest media is evicted and returned. Control is never evicted.
 * - Control keeps its place among the media around it, also when it arrives late (its first copy was lost) and
 *   when media around it is evicted.
 * - Full of control: `pushControl` refuses, and the call cannot go on.
 */
export class MediaQueue<M extends Media, C extends Control> {
  readonly #media: BoundedQueue<M>;
  readonly #control = new BoundedQueue<C>(MAX_CONTROL);

  constructor(mediaCapacity: number) {
    this.#media = new BoundedQueue(mediaCapacity);
  }

  get mediaLength(): number {
    return this.#media.length;
  }

  get controlLength(): number {
    return this.#control.length;
  }

  get mediaCapacity(): number {
    return this.#media.capacity;
  }

  /** The position of the oldest media, or undefined. */
  get headSeq(): number | undefined {
    return this.#media.at(0)?.seq;
  }

  /** Appends media, whose `seq` is above all before it; returns the media evicted for it. */
  push(media: M): M | undefined {
    return this.#media.push(media);
  }

  /** Puts control in its place; false when the bound is reached. */
  pushControl(control: C): boolean {
    if (this.#control.length === MAX_CONTROL) return false;
    let index = this.#control.length;
    while (index > 0 && this.#control.at(index - 1)!.afterSeq > control.afterSeq) index--;
    this.#control.insert(index, control);
    return true;
  }

  /** The control that is next in order; undefined when media is next, or nothing. */
  peekControl(): C | undefined {
    const control = this.#control.at(0);
    if (!control) return undefined;
    const head = this.#media.at(0);
    return !head || control.afterSeq < head.seq ? control : undefined;
  }

  /** The media that is next in order; undefined when control is next, or nothing. */
  peekMedia(): M | undefined {
    return this.peekControl() ? undefined : this.#media.at(0);
  }

  shiftControl(): C | undefined {
    return this.#control.shift();
  }

  shiftMedia(): M | undefined {
    return this.#media.shift();
  }

  removeMedia(predicate: (media: M) => boolean): M[] {
    return this.#media.remove(predicate);
  }

  removeControl(predicate: (control: C) => boolean): C[] {
    return this.#control.remove(predicate);
  }
}
