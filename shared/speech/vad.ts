/** Makes voice activity detectors. */
export interface VadFactory {
  create(): Vad;
}

/** One call's detector. It has state: frames go through it in order. */
export interface Vad {
  /** Whether this frame (160 samples at 8 kHz) holds speech, the detector's own overhang included. */
  isVoiced(samples: Int16Array): boolean;
  /** Forgets the past, after a jump of the stream time. */
  reset(): void;
  close(): void;
}
