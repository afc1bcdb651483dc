/** What a request to Text-to-Speech orders, once it has passed the checks that Google makes. */
import { status } from "@grpc/grpc-js";
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { RpcError } from "./rpc_error.ts";
import { ssmlText } from "./ssml_text.ts";

/** As proto-loader decodes it: enums by name, everything unset with its default. */
export interface SynthesizeSpeechMessage {
  readonly input: InputMessage | null;
  readonly voice: VoiceMessage | null;
  readonly audioConfig: AudioMessage | null;
}

export interface StreamingSynthesizeMessage {
  readonly streamingConfig?: {
    readonly voice: VoiceMessage | null;
    readonly streamingAudioConfig: AudioMessage | null;
  } | null;
  readonly input?: InputMessage | null;
}

interface InputMessage {
  readonly text?: string;
  readonly ssml?: string;
}

interface VoiceMessage {
  readonly languageCode: string;
  readonly name: string;
}

interface AudioMessage {
  readonly audioEncoding: string;
  readonly sampleRateHertz: number;
  readonly speakingRate: number;
}

export interface EmulatedVoice {
  readonly name: string;
  readonly language: string;
}

/** How a text is to be spoken. */
export interface Manner {
  readonly voice: EmulatedVoice;
  readonly encoding: "MULAW" | "LINEAR16" | "PCM";
  readonly rate: number;
}

const MAX_INPUT_BYTES = 5_000;
const STREAMING_FAMILY = "Chirp3-HD";

/** @throws {RpcError} 3, INVALID_ARGUMENT. */
export function mannerOf(
  { voice, audioConfig }: Pick<SynthesizeSpeechMessage, "voice" | "audioConfig">,
  voices: readonly EmulatedVoice[],
): Manner {
  if (!audioConfig) throw invalid("Request contains an invalid argument: audio_config is unset.");
  return {
    voice: chooseVoice(voice, voices),
    encoding: encodingOf(audioConfig, ["MULAW", "LINEAR16", "PCM"]),
    rate: rateOf(audioConfig),
  };
}

/** As {@link mannerOf}, for a stream. */
export function streamingMannerOf(
  { streamingConfig }: StreamingSynthesizeMessage,
  voices: readonly EmulatedVoice[],
): Manner {
  if (!streamingConfig) {
    throw invalid("The first message of a stream must contain a `streaming_config`.");
  }
  const { voice, streamingAudioConfig: audio } = streamingConfig;
  if (!audio) {
    throw invalid("Request contains an invalid argument: streaming_audio_config is unset.");
  }
  const chosen = chooseVoice(voice, voices);
  if (!chosen.name.includes(STREAMING_FAMILY)) {
    throw invalid("Currently, only Chirp 3: HD voices are supported for streaming synthesis.");
  }
  return { voice: chosen, encoding: encodingOf(audio, ["MULAW", "PCM"]), rate: rateOf(audio) };
}

/** The text to speak. @throws {RpcError} 3, INVALID_ARGUMENT. */
export function textOf(input: InputMessage | null | undefined): string {
  const given = input?.text || input?.ssml;
  if (!given) throw invalid("Either `input.text` or `input.ssml` must be set and not empty.");
  if (new TextEncoder().encode(given).length > MAX_INPUT_BYTES) {
    throw invalid(
      `Either \`input.text\` or \`input.ssml\` is longer than the limit of ${MAX_INPUT_BYTES} bytes. ` +
        "This limit is different from quotas. To fix, reduce the byte length of the characters in this request.",
    );
  }
  if (input?.text) return input.text;
  try {
    return ssmlText(given);
  } catch (cause) {
    throw invalid(`Invalid SSML. Newer voices like Neural2 require valid SSML. ${cause}`);
  }
}

function chooseVoice(asked: VoiceMessage | null, voices: readonly EmulatedVoice[]): EmulatedVoice {
  if (!asked?.languageCode) {
    throw invalid("Request contains an invalid argument: voice.language_code is unset.");
  }
  const { name, languageCode } = asked;
  const voice = voices.find((each) => name ? each.name === name : each.language === languageCode);
  if (!voice) throw invalid(`Voice '${name}' does not exist. Is it misspelled?`);
  if (voice.language.toLowerCase() === languageCode.toLowerCase()) return voice;
  throw invalid(
    `Requested language code '${languageCode}' doesn't match the voice '${name}''s language code ` +
      `'${voice.language}'. Either request a different voice or change the requested language code.`,
  );
}

function encodingOf<E extends string>(audio: AudioMessage, served: readonly E[]): E {
  const encoding = served.find((each) => each === audio.audioEncoding);
  if (encoding === undefined) {
    throw invalid(`Unsupported audio encoding: ${audio.audioEncoding}.`);
  }
  if (audio.sampleRateHertz !== SAMPLE_RATE_HZ) {
    throw invalid(
      `The emulator speaks at ${SAMPLE_RATE_HZ} Hz only: received ${audio.sampleRateHertz}.`,
    );
  }
  return encoding;
}

function rateOf({ speakingRate }: AudioMessage): number {
  if (speakingRate === 0) return 1;
  if (speakingRate >= 0.25 && speakingRate <= 2) return speakingRate;
  throw invalid(`Invalid speaking_rate: between 0.25 and 2.0, received ${speakingRate}.`);
}

function invalid(message: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, message);
}
