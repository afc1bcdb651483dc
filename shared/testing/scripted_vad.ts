import type { Vad, VadFactory } from "shared/speech/vad.ts";

const LONG_OVERHANG = 5;
const SHORT_OVERHANG = 3;
const SHORT_VOICED = 6;

export interface ScriptedVadOptions {
  /** Whether a frame holds speech. Default: any sample that is not silence. */
  readonly isSpeech?: (samples: Int16Array) => boolean;
  /** Whether decisions go on after speech as WebRTC's detector has it in mode 3. Default true. */
  readonly overhang?: boolean;
}

/** Voice activity detectors whose decisions follow from the frames alone, and the overhang. */
export class ScriptedVads implements VadFactory {
  /** Detectors that are not closed. */
  open = 0;
  /** How often detectors were reset. */
  resets = 0;
  readonly #options: ScriptedVadOptions;

  constructor(options: ScriptedVadOptions = {}) {
    this.#options = options;
  }

  create(): Vad {
    this.open++;
    const detector = new Overhang(this.#options);
    return {
      isVoiced: (samples) => detector.isVoiced(samples),
      reset: () => {
        this.resets++;
        detector.reset();
      },
      close: () => {
        this.open--;
      },
    };
  }
}

class Overhang {
  readonly #isSpeech: (samples: Int16Array) => boolean;
  readonly #hasOverhang: boolean;
  #voiced = 0;
  #left = 0;

  constructor({ isSpeech = isNotSilence, overhang = true }: ScriptedVadOptions) {
    this.#isSpeech = isSpeech;
    this.#hasOverhang = overhang;
  }

  isVoiced(samples: Int16Array): boolean {
    if (this.#isSpeech(samples)) {
      this.#voiced++;
      this.#left = this.#voiced > SHORT_VOICED ? LONG_OVERHANG : SHORT_OVERHANG;
      return true;
    }
    this.#voiced = 0;
    return this.#hasOverhang && this.#left-- > 0;
  }

  reset(): void {
    this.#voiced = this.#left = 0;
  }
}

function isNotSilence(samples: Int16Array): boolean {
  return samples.some((sample) => sample !== 0);
}
