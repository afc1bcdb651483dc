import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { NoRecognizer } from "shared/speech/none/no_recognizer.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { Recognizer } from "shared/speech/recognizer.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { VadFactory } from "shared/speech/vad.ts";
import type { Configuration } from "./configuration.ts";

/** The engines of one process, chosen before anything starts. Not open yet. */
export interface Engines {
  readonly recognizer: Recognizer;
  readonly synthesizer: Synthesizer;
  readonly vads: VadFactory;
  /** Whether callers can speak, or only press keys. */
  readonly recognition: boolean;
  /** What this machine lacks, and what to do about it. */
  readonly missing: readonly string[];
}

/** The embedded engines; without PocketSphinx, calls go by keypad. */
export async function chooseEngines(
  configuration: Configuration,
  onWarning: (message: string) => void,
): Promise<Engines> {
  const { sttDecoders, batchMs } = configuration.stt;
  const available = PocketSphinxRecognizer.available();
  const recognition = available === true;
  return {
    recognizer: recognition
      ? new PocketSphinxRecognizer({ decoders: sttDecoders, batchMs, onWarning })
      : new NoRecognizer(),
    synthesizer: new FliteSynthesizer({
      onReplaced: (cause) => onWarning(`flite Worker replaced: ${cause}`),
    }),
    vads: await FvadFactory.load(),
    recognition,
    missing: recognition
      ? []
      : [`Speech recognition, so callers can only press keys: ${available}. ` + INSTALL_HINT],
  };
}

const INSTALL_HINT = "Install it with: apt-get install libpocketsphinx3 pocketsphinx-en-us";
