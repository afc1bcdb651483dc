import { FRAME_MS } from "shared/media/frame.ts";

/** What becomes of the frames of a pause: never sent (the stream time jumps), or sent all at once after it. */
export type AfterPause = "jump" | "burst";

/** Which 20 ms slots' frames leave now, given pauses in the sending. */
export class MediaPauses {
  #untilSlot = 0;
  #after: AfterPause = "jump";
  #held: number[] = [];

  /** Sends nothing from `slot` on, for `ms`. */
  pause(slot: number, ms: number, after: AfterPause): void {
    this.#untilSlot = slot + Math.ceil(ms / FRAME_MS);
    this.#after = after;
  }

  /** To be asked once for every slot, in order. */
  due(slot: number): readonly number[] {
    if (slot < this.#untilSlot) {
      if (this.#after === "burst") this.#held.push(slot);
      return [];
    }
    if (this.#held.length === 0) return [slot];
    return [...this.#held.splice(0), slot];
  }
}
