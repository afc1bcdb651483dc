import type { Clock } from "shared/clock/clock.ts";
import {
  type ChainedSynthesizer,
  SynthesizerChain,
} from "shared/speech/chain/synthesizer_chain.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { connectSynthesis } from "shared/speech/google/synthesis/google_synthesis.ts";
import { GoogleSynthesizer } from "shared/speech/google/synthesis/google_synthesizer.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { PhraseStore } from "shared/store/stores.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { CachedSynthesizer } from "./cached_synthesizer.ts";
import { endpointOf } from "./endpoint.ts";
import type { SpeakingSettings } from "./engine_settings.ts";
import { engineWatch } from "./engine_watch.ts";
import type { GoogleAccess } from "./google_credentials_file.ts";

const API = "texttospeech.googleapis.com";
const BYTES_PER_MB = 1_024 * 1_024;

export interface SynthesizersOptions {
  readonly settings: SpeakingSettings;
  /** Undefined: without Google. */
  readonly google: GoogleAccess | undefined;
  /** Keeps what Google has spoken. */
  readonly phrases: PhraseStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A language of the businesses: what Google is asked for to see whether it answers. */
  readonly language?: string;
}

export interface ChosenSynthesizers {
  /** Not open yet. */
  readonly synthesizer: Synthesizer;
  /** The chain's last engine, open with it: what speaks whatever becomes of the others. */
  readonly embedded: Synthesizer;
}

/** The engines that speak, in the order to be tried: Google where there is access, then flite. Not open yet. */
export function chooseSynthesizers(options: SynthesizersOptions): ChosenSynthesizers {
  const { settings, google, clock, log, metrics } = options;
  const flite = new FliteSynthesizer({
    clock,
    onReplaced: (cause) => log.warn("flite Worker replaced", { reason: String(cause) }),
  });
  const engines: ChainedSynthesizer[] = [
    ...google ? [{ key: "google", synthesizer: cachedGoogle(google, options) }] : [],
    { key: "flite", synthesizer: flite },
  ];
  const synthesizer = new SynthesizerChain({
    engines,
    clock,
    patienceMs: settings.enginePatienceMs,
    breaker: { failures: settings.engineFailures, openMs: settings.engineRetryMs },
    onChange: engineWatch({ engines: engines.map(({ key }) => key), task: "tts", log, metrics }),
  });
  return { synthesizer, embedded: flite };
}

function cachedGoogle(
  { credentials, ca }: GoogleAccess,
  { settings, phrases, clock, log, metrics, language }: SynthesizersOptions,
): Synthesizer {
  const found = metrics.counter(
    "kav_phrase_cache_total",
    "Sentences for Google, by where they were found: memory, store, or not (miss)",
    ["result"],
  );
  const endpoint = endpointOf(API, settings.gcpTtsEndpoint, { ca });
  const engine = new GoogleSynthesizer({
    connect: () => connectSynthesis(endpoint, credentials),
    clock,
    timeoutMs: settings.gcpTtsTimeoutMs,
    streaming: settings.gcpTtsStreaming,
    onWarning: (message) => log.warn(message),
    ...(language !== undefined && { language }),
  });
  return new CachedSynthesizer({
    engine,
    phrases,
    clock,
    memoryBytes: settings.phraseCacheMb * BYTES_PER_MB,
    onResult: (result) => found.inc({ result }),
  });
}
