import { chooseRecognizer } from "shared/speech/embedded_recognizer.ts";
import { chooseSynthesizer } from "shared/speech/embedded_synthesizer.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
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

/** The embedded engines. */
export async function chooseEngines(
  configuration: Configuration,
  onWarning: (message: string) => void,
): Promise<Engines> {
  const { sttDecoders: decoders, batchMs } = configuration.stt;
  const { recognizer, missing } = chooseRecognizer({ decoders, batchMs, onWarning });
  return {
    recognizer,
    synthesizer: chooseSynthesizer(onWarning),
    vads: await FvadFactory.load(),
    recognition: missing === undefined,
    missing: missing === undefined ? [] : [missing],
  };
}
