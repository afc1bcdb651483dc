/** When flite ends each word of a text. */
import type { FliteEngine } from "./flite_engine.ts";

/** Words of which it is known how many sounds they have. */
const MAX_KNOWN = 5_000;

/**
 * flite tells when each sound of a text ends, but not which sounds are which word. A word has as many sounds in a
 * text as alone, so counting through it finds the words; where the counts do not add up, nothing is told.
 */
export class FliteWordTimes {
  readonly #engine: Pick<FliteEngine, "soundEndsMs">;
  /** By voice and word. The first that came go first. */
  readonly #sounds = new Map<string, number>();

  constructor(engine: Pick<FliteEngine, "soundEndsMs">) {
    this.#engine = engine;
  }

  /**
   * @param words as flite takes them; one that is empty is not spoken.
   * @returns ms from the first sample, for each word; null when it cannot be told.
   */
  endsMs(words: readonly string[], voice: string): number[] | null {
    const text = words.filter((word) => word !== "").join(" ");
    const soundEndsMs = this.#engine.soundEndsMs(text, voice);
    let sounds = 0;
    const endsMs = words.map((word) => {
      sounds += this.#soundsOf(word, voice);
      return soundEndsMs[sounds - 1] ?? 0;
    });
    return sounds === soundEndsMs.length ? endsMs : null;
  }

  #soundsOf(word: string, voice: string): number {
    if (!/[a-z0-9]/i.test(word)) return 0;
    const key = `${voice} ${word}`;
    const known = this.#sounds.get(key);
    if (known !== undefined) return known;
    const sounds = this.#engine.soundEndsMs(word, voice).length;
    this.#sounds.set(key, sounds);
    if (this.#sounds.size > MAX_KNOWN) this.#sounds.delete(this.#sounds.keys().next().value!);
    return sounds;
  }
}
