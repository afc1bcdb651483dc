import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { NoRecognizer } from "shared/speech/none/no_recognizer.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { Engines } from "./all_in_one.ts";
import type { Configuration } from "./configuration.ts";

export interface ChosenEngines extends Engines {
  /** Whether callers can speak, or only press keys. */
  readonly recognition: boolean;
  /** What this machine lacks, with what to do about it. */
  readonly missing: readonly string[];
}
