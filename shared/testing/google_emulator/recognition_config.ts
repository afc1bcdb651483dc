/** PURE. What Google checks of a RecognitionConfig before it listens. */
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";

/** As proto-loader decodes it; what the emulator does not look at is not named. */
export interface RecognitionConfigMessage {
  readonly encoding: string;
  readonly sampleRateHertz: number;
  readonly languageCode: string;
}

export interface StreamingConfigMessage {
  readonly config: RecognitionConfigMessage | null;
  readonly interimResults: boolean;
  readonly enableVoiceActivityEvents: boolean;
}

/** @returns what is wrong with it, in Google's words. */
export function configProblem(
  config: RecognitionConfigMessage | null,
  languages: readonly string[],
): string | undefined {
  const invalid = "Invalid recognition 'config':";
  if (config?.encoding !== "MULAW") return `${invalid} bad encoding.`;
  if (config.sampleRateHertz !== SAMPLE_RATE_HZ) return `${invalid} bad sample rate hertz.`;
  if (languages.includes(config.languageCode)) return undefined;
  return `${invalid} bad language code "${config.languageCode}".`;
}
