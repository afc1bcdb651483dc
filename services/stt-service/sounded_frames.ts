/** Ten seconds: results of an engine come sooner. */
const FRAMES = 512;

/** During which of the caller's last frames Kav could be heard. */
export class SoundedFrames {
  readonly #sounded = new Uint8Array(FRAMES);
  #newestSeq = -1;

  /** The next frame; what is missing between it and the last was silent. */
  push(seq: number, loudness: number): void {
    const missing = Math.min(seq - this.#newestSeq - 1, FRAMES);
    for (let i = 1; i <= missing; i++) this.#sounded[(seq - i) % FRAMES] = 0;
    this.#sounded[seq % FRAMES] = loudness > 0 ? 1 : 0;
    this.#newestSeq = seq;
  }

  /** Whether Kav could be heard during this frame; false of one long ago. */
  at(seq: number): boolean {
    const isKnown = seq >= 0 && seq <= this.#newestSeq && seq > this.#newestSeq - FRAMES;
    return isKnown && this.#sounded[seq % FRAMES] === 1;
  }
}
