import { FliteSynthesizer } from "./flite/flite_synthesizer.ts";
import type { Synthesizer } from "./synthesizer.ts";

/** The embedded synthesizer. Not open yet. */
export function chooseSynthesizer(onWarning: (message: string) => void): Synthesizer {
  return new FliteSynthesizer({
    onReplaced: (cause) => onWarning(`flite Worker replaced: ${cause}`),
  });
}
