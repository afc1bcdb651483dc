import { FRAME_MS } from "shared/media/frame.ts";
import { loudnessOf, meanPower } from "shared/media/loudness.ts";

/** An echo comes back this late: over the telephone network, to the caller and back. */
const ECHO_MS = 500;
/** More frames than play within `ECHO_MS`, and those that Twilio holds besides. */
const FRAMES = 64;

/**
 * How loud Kav is to the caller: of each frame sent, its loudness and when it plays.
 *
 * Runs for every frame, and allocates nothing.
 */
export class OwnLoudness {
  readonly #playsFromMs = new Float64Array(FRAMES).fill(-Infinity);
  readonly #loudness = new Uint8Array(FRAMES);
  #next = 0;

  /** A frame was sent that plays from `playsFromMs` on. */
  sent(frame: Uint8Array, playsFromMs: number): void {
    this.#playsFromMs[this.#next] = playsFromMs;
    this.#loudness[this.#next] = loudnessOf(meanPower(frame));
    this.#next = (this.#next + 1) % FRAMES;
  }

  /** What has not begun to play by now never will. */
  cleared(nowMs: number): void {
    for (let i = 0; i < FRAMES; i++) {
      if (this.#playsFromMs[i]! > nowMs) this.#loudness[i] = 0;
    }
  }

  /** The loudest of what may come back as an echo now, 0 to 15; 0 = Kav has been silent. */
  at(nowMs: number): number {
    let loudest = 0;
    for (let back = 1; back <= FRAMES; back++) {
      const slot = (this.#next - back + FRAMES) % FRAMES;
      const playsFromMs = this.#playsFromMs[slot]!;
      if (playsFromMs > nowMs) continue;
      if (playsFromMs + FRAME_MS + ECHO_MS <= nowMs) break;
      loudest = Math.max(loudest, this.#loudness[slot]!);
    }
    return loudest;
  }
}
