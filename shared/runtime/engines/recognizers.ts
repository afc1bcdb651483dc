import type { Clock } from "shared/clock/clock.ts";
import { type ChainedRecognizer } from "shared/speech/chain/chained_recognition.ts";
import { RecognizerChain } from "shared/speech/chain/recognizer_chain.ts";
import { NoRecognizer } from "shared/speech/none/no_recognizer.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { Recognizer } from "shared/speech/recognizer.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { ListeningSettings } from "./engine_settings.ts";
import { engineWatch } from "./engine_watch.ts";
import type { GoogleAccess } from "./google_credentials_file.ts";
import { googleRecognizer } from "./google_hearing.ts";

export interface RecognizersOptions {
  readonly settings: ListeningSettings;
  /** Undefined: without Google. */
  readonly google: GoogleAccess | undefined;
  /** Embedded recognizer: callers who can speak at the same moment. */
  readonly decoders: number;
  /** Audio handed to an engine at a time. */
  readonly batchMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** True, or why PocketSphinx cannot run here. Default: looks for it. */
  readonly pocketSphinx?: true | string;
}

export interface ChosenRecognizers {
  /** Not open yet. */
  readonly recognizer: Recognizer;
  /** Whether callers can speak, or only press keys. */
  readonly recognition: boolean;
  /** What this machine lacks, and what to do about it. */
  readonly missing: readonly string[];
}

const INSTALL_HINT = "Install it with: apt-get install libpocketsphinx3 pocketsphinx-en-us";

/**
 * The engines that listen, in the order to be tried: Google where there is access, then PocketSphinx where it is
 * installed; with none of them, calls go by keypad.
 */
export function chooseRecognizers(options: RecognizersOptions): ChosenRecognizers {
  const { settings, google, decoders, batchMs, clock, log, metrics } = options;
  const { pocketSphinx = PocketSphinxRecognizer.available() } = options;
  const onWarning = (message: string) => log.warn(message);
  const engines: ChainedRecognizer[] = [];
  if (google) engines.push({ key: "google", recognizer: googleRecognizer(google, options) });
  if (pocketSphinx === true) {
    const recognizer = new PocketSphinxRecognizer({ decoders, batchMs, clock, onWarning });
    engines.push({ key: "pocketsphinx", recognizer });
  }
  const missing = pocketSphinx === true ? [] : [missingText(google !== undefined, pocketSphinx)];
  if (engines.length === 0) {
    return { recognizer: new NoRecognizer(), recognition: false, missing };
  }
  const recognizer = new RecognizerChain({
    engines,
    clock,
    breaker: { failures: settings.engineFailures, openMs: settings.engineRetryMs },
    onChange: engineWatch({ engines: engines.map(({ key }) => key), task: "stt", log, metrics }),
  });
  return { recognizer, recognition: true, missing };
}

function missingText(hasGoogle: boolean, why: string): string {
  const what = hasGoogle
    ? "Speech recognition while Google is away"
    : "Speech recognition, so callers can only press keys";
  return `${what}: ${why}. ${INSTALL_HINT}`;
}
