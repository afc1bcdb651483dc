import { powerRatio } from "shared/media/loudness.ts";

/** The frame itself, and those before it whose overhang may reach it: 5, and one for the detector's filters that ring. */
const FRAMES = 7;
/** What is so far below a frame just before it is no speech of its own. Within a word, vowels are nearer together. */
const QUIET_RATIO = powerRatio(-15);

/**
 * Tells frames that hold speech from those that the detector adds behind it. It makes 280 ms of a sound of
 * 160 ms; but what it adds has no energy.
 */
export class OverhangFilter {
  readonly #powers = new Float64Array(FRAMES);
  #next = 0;

  /** The next frame's mean power; of a voiced one, whether it holds speech. */
  push(power: number, voiced: boolean): boolean {
    this.#powers[this.#next] = power;
    this.#next = (this.#next + 1) % FRAMES;
    if (!voiced || power === 0) return false;
    for (let i = 0; i < FRAMES; i++) {
      if (power < this.#powers[i]! * QUIET_RATIO) return false;
    }
    return true;
  }

  /** Forgets the past. */
  reset(): void {
    this.#powers.fill(0);
  }
}
