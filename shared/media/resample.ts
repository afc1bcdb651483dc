/**
 * Doubles the sample rate by straight lines between samples, as a stream: 8 kHz to 16 kHz for recognizers.
 *
 * - Every sample becomes two: the middle between it and the one before, then itself.
 * - The last sample is kept, so chunk borders leave no trace in the result.
 */
export class LinearUpsampler {
  #last = 0;

  /** Twice as many samples as `samples`. */
  push(samples: Int16Array): Int16Array<ArrayBuffer> {
    const doubled = new Int16Array(samples.length * 2);
    let last = this.#last;
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!;
      doubled[2 * i] = (last + sample) >> 1;
      doubled[2 * i + 1] = sample;
      last = sample;
    }
    this.#last = last;
    return doubled;
  }

  /** Begins anew, from silence. */
  reset(): void {
    this.#last = 0;
  }
}
