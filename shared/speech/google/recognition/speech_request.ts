/** Requests to Google Speech-to-Text v1, and what its answers say. PURE. */
import type { HearingConfig, StreamResponse, StreamResult } from "./speech_api.ts";

/** `google.cloud.speech.v1.RecognitionConfig`, as far as we fill it. */
export interface RecognitionConfig {
  readonly encoding: "MULAW";
  readonly sampleRateHertz: 8_000;
  readonly audioChannelCount: 1;
  readonly languageCode: string;
  readonly model: string;
  readonly useEnhanced: boolean;
  readonly speechContexts: readonly { readonly phrases: readonly string[] }[];
}

/** `google.cloud.speech.v1.StreamingRecognitionConfig`, as far as we fill it. */
export interface StreamingRecognitionConfig {
  readonly config: RecognitionConfig;
  readonly interimResults: true;
  readonly enableVoiceActivityEvents: true;
}

/** `google.protobuf.Duration`: a 64-bit number comes as text, or as protobuf's own object. */
export interface Duration {
  readonly seconds?: number | string | { toString(): string } | null;
  readonly nanos?: number | null;
}

/** `google.cloud.speech.v1.StreamingRecognizeResponse`, as far as we read it. */
export interface RecognizeAnswer {
  readonly error?: { readonly code?: number | null; readonly message?: string | null } | null;
  readonly results?:
    | readonly {
      readonly alternatives?: readonly { readonly transcript?: string | null }[] | null;
      readonly isFinal?: boolean | null;
      readonly resultEndTime?: Duration | null;
    }[]
    | null;
  readonly speechEventType?: string | number | null;
}

export function recognitionConfig(config: HearingConfig): RecognitionConfig {
  const { phrases } = config;
  return {
    encoding: "MULAW",
    sampleRateHertz: 8_000,
    audioChannelCount: 1,
    languageCode: config.language,
    model: config.model,
    useEnhanced: config.useEnhanced,
    speechContexts: phrases.length === 0 ? [] : [{ phrases }],
  };
}

export function streamingConfig(config: HearingConfig): StreamingRecognitionConfig {
  return {
    config: recognitionConfig(config),
    interimResults: true,
    enableVoiceActivityEvents: true,
  };
}

export function streamResponse({ results, speechEventType }: RecognizeAnswer): StreamResponse {
  return {
    results: (results ?? []).map((result): StreamResult => ({
      text: result.alternatives?.[0]?.transcript?.trim() ?? "",
      isFinal: result.isFinal ?? false,
      endMs: toMs(result.resultEndTime),
    })),
    voice: voiceOf(speechEventType),
  };
}

/** The text of a whole utterance. */
export function wholeText({ results }: RecognizeAnswer): string {
  return (results ?? []).map((result) => result.alternatives?.[0]?.transcript?.trim() ?? "")
    .filter((text) => text !== "").join(" ");
}

function toMs(duration: Duration | null | undefined): number {
  if (!duration) return 0;
  return Number(String(duration.seconds ?? 0)) * 1_000 + (duration.nanos ?? 0) / 1_000_000;
}

function voiceOf(event: RecognizeAnswer["speechEventType"]): StreamResponse["voice"] {
  if (event === "SPEECH_ACTIVITY_BEGIN") return "begin";
  if (event === "SPEECH_ACTIVITY_END") return "end";
  return undefined;
}
