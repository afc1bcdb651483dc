/** PURE. What Speech-to-Text v1 answers, as proto-loader encodes it. */

export interface SpeechResult {
  readonly alternatives: readonly { readonly transcript: string; readonly confidence?: number }[];
  readonly isFinal?: boolean;
  readonly stability?: number;
  readonly resultEndTime: Duration;
}

/** A StreamingRecognizeResponse. */
export interface SpeechResponse {
  readonly results?: readonly SpeechResult[];
  readonly speechEventType?: VoiceEvent;
  readonly speechEventTime?: Duration;
}

type VoiceEvent = "SPEECH_ACTIVITY_BEGIN" | "SPEECH_ACTIVITY_END";

/** A google.protobuf.Duration. */
interface Duration {
  readonly seconds: number;
  readonly nanos: number;
}

const CONFIDENCE = 0.9;
const STABILITY = 0.5;

/** @param endMs of the stream's audio. */
export function interimResult(text: string, endMs: number): SpeechResponse {
  return {
    results: [{
      alternatives: [{ transcript: text }],
      isFinal: false,
      stability: STABILITY,
      resultEndTime: duration(endMs),
    }],
  };
}

/** @param endMs of the stream's audio. */
export function finalResult(text: string, endMs: number): SpeechResponse {
  return { results: [{ ...sureResult(text, endMs), isFinal: true }] };
}

/** Of a unary `recognize`. */
export function sureResult(text: string, endMs: number): SpeechResult {
  return {
    alternatives: [{ transcript: text, confidence: CONFIDENCE }],
    resultEndTime: duration(endMs),
  };
}

/** @param atMs of the stream's audio. */
export function voiceEvent(speechEventType: VoiceEvent, atMs: number): SpeechResponse {
  return { speechEventType, speechEventTime: duration(atMs) };
}

function duration(ms: number): Duration {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
