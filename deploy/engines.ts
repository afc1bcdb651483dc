import type { Clock } from "shared/clock/clock.ts";
import { chooseRecognizers } from "shared/runtime/engines/recognizers.ts";
import { chooseSynthesizers } from "shared/runtime/engines/synthesizers.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import type { Recognizer } from "shared/speech/recognizer.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { VadFactory } from "shared/speech/vad.ts";
import type { Stores } from "shared/store/stores.ts";
import type { Configuration } from "./configuration.ts";

/** The engines of one process, chosen before any service starts. Not open yet. */
export interface Engines {
  readonly recognizer: Recognizer;
  readonly synthesizer: Synthesizer;
  /** Embedded, and open with the synthesizer: says what must be said when nothing else can. */
  readonly lastResort: Synthesizer;
  readonly vads: VadFactory;
  /** Whether callers can speak, or only press keys. */
  readonly recognition: boolean;
  /** What this machine lacks, and what to do about it. */
  readonly missing: readonly string[];
}

/** What engines share with the rest of the process. */
export interface EngineParts {
  readonly clock: Clock;
  readonly stores: Pick<Stores, "phrases">;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Google's engines where there is access, then the embedded ones. */
export async function chooseEngines(
  configuration: Configuration,
  { stores: { phrases }, ...parts }: EngineParts,
): Promise<Engines> {
  const { google, engines: settings, stt, businesses: [{ language }] } = configuration;
  const { sttDecoders: decoders, batchMs } = stt;
  const { recognizer, recognition, missing } = chooseRecognizers({
    ...parts,
    settings,
    google,
    decoders,
    batchMs,
  });
  const spoken = { ...parts, settings, google, phrases, language };
  const { synthesizer, embedded: lastResort } = chooseSynthesizers(spoken);
  return {
    recognizer,
    synthesizer,
    lastResort,
    vads: await FvadFactory.load(),
    recognition,
    missing,
  };
}
