import { flag, int, type SettingsOf, text } from "../env.ts";

const REGION = /^[a-z][a-z0-9-]{0,40}$/;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const HOST_PORT = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}):([1-9]\d{0,4})$/;
const HOST_PORT_HINT = "host:port";

/** Who we are at Google. Without credentials there is no Google. */
export const googleSettings = {
  googleCredentialsFile: text({
    name: "GOOGLE_APPLICATION_CREDENTIALS",
    meaning: "Key of a Google service account (JSON); unset: the embedded engines alone",
    default: "",
    patternHint: "a path",
  }),
  gcpMetadataCredentials: flag({
    name: "GCP_METADATA_CREDENTIALS",
    meaning:
      "Use Google as the machine's own service account (GKE Workload Identity), without a key",
    default: false,
  }),
  gcpTlsCaFile: text({
    name: "GCP_TLS_CA_FILE",
    meaning: "Certificates (PEM) that Google's must descend from; unset: the public ones",
    default: "",
    patternHint: "a path",
  }),
};

/** How an engine that fails is treated. */
export const failureSettings = {
  engineFailures: int({
    name: "ENGINE_FAILURES",
    meaning: "Failures or slow answers in a row after which calls do without an engine",
    default: 3,
    min: 1,
    max: 20,
  }),
  engineRetryMs: int({
    name: "ENGINE_RETRY_MS",
    meaning: "Until one call tries an engine again that calls do without",
    unit: "ms",
    default: 10_000,
    min: 1_000,
    max: 60_000,
  }),
};

/** How speech is heard. */
export const recognitionEngineSettings = {
  enableStreamingStt: flag({
    name: "ENABLE_STREAMING_STT",
    meaning: "Google hears while the caller speaks; off: whole utterances, cut by the VAD",
    default: true,
  }),
  gcpSttModel: text({
    name: "GCP_STT_MODEL",
    meaning: "Google's recognition model: default, phone_call, telephony",
    default: "default",
    pattern: /^[a-z0-9_]{1,64}$/,
    patternHint: "1 to 64 of a-z 0-9 _",
  }),
  gcpSttEnhanced: flag({
    name: "GCP_STT_ENHANCED",
    meaning: "Ask for the enhanced variant of the model where there is one",
    default: true,
  }),
  gcpSttLanguage: text({
    name: "GCP_STT_LANGUAGE",
    meaning: "Language that Google hears, whatever the business; unset: the business's",
    default: "",
    pattern: LANGUAGE,
    patternHint: "a language as he-IL",
  }),
  gcpSttRegion: text({
    name: "GCP_STT_REGION",
    meaning: "Where Google recognizes: at {region}-speech.googleapis.com; unset: wherever it likes",
    default: "",
    pattern: REGION,
    patternHint: "a region as eu, us, europe-west4",
  }),
  gcpSttEndpoint: text({
    name: "GCP_STT_ENDPOINT",
    meaning:
      "Server of Google's recognition, before which a region goes; unset: speech.googleapis.com:443",
    default: "",
    pattern: HOST_PORT,
    patternHint: HOST_PORT_HINT,
  }),
};

/** How speech is made. */
export const synthesisEngineSettings = {
  enginePatienceMs: int({
    name: "ENGINE_PATIENCE_MS",
    meaning: "A synthesizer that has said nothing by then is slow: the next one is asked as well",
    unit: "ms",
    default: 800,
    min: 200,
    max: 5_000,
  }),
  gcpTtsEndpoint: text({
    name: "GCP_TTS_ENDPOINT",
    meaning: "Server of Google's synthesis; unset: texttospeech.googleapis.com:443",
    default: "",
    pattern: HOST_PORT,
    patternHint: HOST_PORT_HINT,
  }),
  gcpTtsStreaming: flag({
    name: "GCP_TTS_STREAMING",
    meaning: "Speech comes while Google makes it, of voices that can (Chirp 3 HD)",
    default: false,
  }),
  gcpTtsTimeoutMs: int({
    name: "GCP_TTS_TIMEOUT_MS",
    meaning: "A sentence that Google has not spoken by then has failed",
    unit: "ms",
    default: 5_000,
    min: 500,
    max: 20_000,
  }),
  phraseCacheMb: int({
    name: "PHRASE_CACHE_MB",
    meaning: "Sentences of Google kept in memory, to be spoken again without it; 0: none",
    unit: "MB",
    default: 32,
    min: 0,
    max: 512,
  }),
};

/** Everything that a process which listens reads of its engines. */
export const listeningSettings = {
  ...googleSettings,
  ...failureSettings,
  ...recognitionEngineSettings,
};

/** Everything that a process which speaks reads of its engines. */
export const speakingSettings = {
  ...googleSettings,
  ...failureSettings,
  ...synthesisEngineSettings,
};

export type GoogleSettings = SettingsOf<typeof googleSettings>;
export type ListeningSettings = SettingsOf<typeof listeningSettings>;
export type SpeakingSettings = SettingsOf<typeof speakingSettings>;
