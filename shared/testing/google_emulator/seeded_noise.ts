/** PURE. Noise that is the same for the same text, and another for every other. */

/** Xorshift of 32 bits, seeded by FNV-1a over the text's code units. */
export class SeededNoise {
  #state: number;

  constructor(text: string) {
    this.#state = hashOf(text) || 1;
  }

  /** The next sample: at least -1, below 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state / 0x8000_0000;
  }
}

/** 32 bits of a text. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
