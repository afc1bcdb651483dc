import { FRAME_BYTES, SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import type { Vad, VadFactory } from "../vad.ts";
import { type FvadLibrary, loadFvad, type Pointer } from "./fvad_wasm.js";

/** "Very aggressive": fewest frames of noise taken for speech. */
const MODE = 3;
const BYTES_PER_SAMPLE = 2;

/**
 * WebRTC's voice activity detector (`@echogarden/fvad-wasm`), mode 3: 744 bytes of state per call, about 5 us per
 * frame. Loaded once per process; needs no permission.
 */
export class FvadFactory implements VadFactory {
  readonly #library: FvadLibrary;
  /** One frame of samples, used by one detector at a time: `isVoiced` is synchronous. */
  readonly #frame: Pointer;

  private constructor(library: FvadLibrary) {
    this.#library = library;
    this.#frame = library._malloc(FRAME_BYTES * BYTES_PER_SAMPLE);
  }

  static async load(): Promise<FvadFactory> {
    return new FvadFactory(await loadFvad());
  }

  create(): Vad {
    return new FvadVad(this.#library, this.#frame);
  }
}

class FvadVad implements Vad {
  readonly #library: FvadLibrary;
  readonly #frame: Pointer;
  /** The detector's state; freed by `close`. */
  #state: Pointer | undefined;

  constructor(library: FvadLibrary, frame: Pointer) {
    this.#library = library;
    this.#frame = frame;
    const state = library._fvad_new();
    if (state === 0) throw new Error("Cannot make a voice activity detector: out of memory");
    this.#state = state;
    this.#configure(state);
  }

  isVoiced(samples: Int16Array): boolean {
    if (samples.length !== FRAME_BYTES) {
      throw new RangeError(
        `Cannot detect speech: a frame has ${FRAME_BYTES} samples, received ${samples.length}`,
      );
    }
    const state = this.#open();
    this.#library.HEAP16.set(samples, this.#frame / BYTES_PER_SAMPLE);
    return this.#library._fvad_process(state, this.#frame, samples.length) === 1;
  }

  reset(): void {
    const state = this.#open();
    this.#library._fvad_reset(state);
    this.#configure(state);
  }

  close(): void {
    if (this.#state !== undefined) this.#library._fvad_free(this.#state);
    this.#state = undefined;
  }

  #configure(state: Pointer): void {
    this.#library._fvad_set_sample_rate(state, SAMPLE_RATE_HZ);
    this.#library._fvad_set_mode(state, MODE);
  }

  #open(): Pointer {
    if (this.#state === undefined) {
      throw new Error("Cannot detect speech: the detector is open, received a closed one");
    }
    return this.#state;
  }
}
