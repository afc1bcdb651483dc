/** A pointer into the library's memory. */
export type Pointer = number;

/** What is used of libfvad (WebRTC's voice activity detector). Source: `@echogarden/fvad-wasm` 0.2.0. */
export interface FvadLibrary {
  readonly HEAP16: Int16Array;
  _malloc(bytes: number): Pointer;
  _free(pointer: Pointer): void;
  /** 0 when there is no memory. */
  _fvad_new(): Pointer;
  _fvad_free(vad: Pointer): void;
  /** Forgets all state, mode and sample rate included. */
  _fvad_reset(vad: Pointer): void;
  /** 0 to 3, the last the strictest. @returns 0, or -1 for another mode. */
  _fvad_set_mode(vad: Pointer, mode: number): number;
  /** @returns 0, or -1 for another rate than 8000, 16000, 32000, 48000. */
  _fvad_set_sample_rate(vad: Pointer, hz: number): number;
  /** @returns 1 for speech, 0 for none, -1 for another length than 10, 20 or 30 ms. */
  _fvad_process(vad: Pointer, samples: Pointer, length: number): number;
}

export function loadFvad(): Promise<FvadLibrary>;
